// The header of a safetensors file: what it must look like, read and written. No file access.
// Format: https://huggingface.co/docs/safetensors (length as u64, JSON, then the tensors' bytes).
import { StudioError } from '../../../shared/errors';

/** Bytes of one element. */
export const dtypeBytes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const;

export type Dtype = keyof typeof dtypeBytes;

/** Where one tensor lies. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** From the first byte of the file. */
  readonly offset: number;
  readonly byteLength: number;
}

export interface Header {
  readonly metadata: ReadonlyMap<string, string>;
  /** In the order of their bytes. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
}

/** Bytes before the JSON: its length. */
export const lengthBytes = 8;
/** The same limit as Hugging Face's reader. */
export const maxHeaderBytes = 100_000_000;

/** The one sentence for a file that breaks the format. */
export function damagedFile(file: string, defect: string): StudioError {
  const message = `The file "${file}" is damaged: ${defect}. Put an undamaged copy in its place.`;
  return new StudioError('encoder-damaged', message, { file });
}

/** Reads the first 8 bytes of a file of `fileBytes` bytes: how long its JSON is. */
export function parseHeaderLength(bytes: Uint8Array, file: string, fileBytes: number): number {
  if (bytes.length < lengthBytes)
    throw damagedFile(file, `it has ${fileBytes} bytes, too few for a header`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > maxHeaderBytes)
    throw damagedFile(file, `its header claims ${length} bytes, more than ${maxHeaderBytes}`);
  if (length > fileBytes - lengthBytes)
    throw damagedFile(file, `its header claims ${length} bytes, but the file has ${fileBytes}`);
  return length;
}

/** Reads and checks the JSON of a file of `fileBytes` bytes; every byte behind it must be used once. */
export function parseHeader(json: Uint8Array, file: string, fileBytes: number): Header {
  const fields = parseObject(json, file);
  const start = lengthBytes + json.length;
  const metadata = parseMetadata(fields.__metadata__, file);
  const entries = Object.entries(fields)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => parseEntry(name, value, file, start, fileBytes))
    .sort((a, b) => a.offset - b.offset || a.byteLength - b.byteLength);
  let at = start;
  for (const { name, offset, byteLength } of entries) {
    if (offset < at) throw damagedFile(file, `tensor "${name}" overlaps the one before it`);
    if (offset > at)
      throw damagedFile(file, `there is a hole of ${offset - at} bytes before tensor "${name}"`);
    at = offset + byteLength;
  }
  if (at !== fileBytes)
    throw damagedFile(file, `its last ${fileBytes - at} bytes belong to no tensor`);
  return { metadata, tensors: new Map(entries.map((entry) => [entry.name, entry])) };
}

/** The JSON for tensors that will lie one after the other, padded so that they start 8-aligned. */
export function formatHeader(
  tensors: readonly { name: string; dtype: Dtype; shape: readonly number[]; byteLength: number }[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const fields: Record<string, unknown> = { __metadata__: metadata };
  let at = 0;
  for (const { name, dtype, shape, byteLength } of tensors) {
    fields[name] = { dtype, shape, data_offsets: [at, at + byteLength] };
    at += byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(fields));
  const padded = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(0x20);
  padded.set(json);
  return padded;
}

/** Elements of a tensor; 1 for a scalar. */
export const elements = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

function parseObject(json: Uint8Array, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw damagedFile(file, `its header is not JSON (${reason})`);
  }
  if (!isObject(value)) throw damagedFile(file, 'its header is not a JSON object');
  return value;
}

function parseMetadata(value: unknown, file: string): ReadonlyMap<string, string> {
  if (value === undefined) return new Map();
  if (!isObject(value)) throw damagedFile(file, 'its "__metadata__" is not a JSON object');
  const entries = Object.entries(value);
  const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (texts.length < entries.length)
    throw damagedFile(file, 'its "__metadata__" holds something other than texts');
  return new Map(texts);
}

function parseEntry(
  name: string,
  value: unknown,
  file: string,
  start: number,
  fileBytes: number,
): TensorEntry {
  const fail = (defect: string) => damagedFile(file, `tensor "${name}" ${defect}`);
  if (!isObject(value)) throw fail('is not described by a JSON object');
  const { dtype, shape, data_offsets: offsets } = value;
  if (dtype === undefined) throw fail('has no dtype');
  if (shape === undefined) throw fail('has no shape');
  if (offsets === undefined) throw fail('has no data_offsets');
  if (typeof dtype !== 'string' || !Object.hasOwn(dtypeBytes, dtype))
    throw fail(`has the unknown dtype ${JSON.stringify(dtype)}`);
  if (!Array.isArray(shape) || !shape.every(isCount))
    throw fail(`has the impossible shape ${JSON.stringify(shape)}`);
  const [begin, end] = Array.isArray(offsets) && offsets.length === 2 ? (offsets as unknown[]) : [];
  if (!isCount(begin) || !isCount(end))
    throw fail(`has the impossible data_offsets ${JSON.stringify(offsets)}`);
  if (begin > end) throw fail(`ends (${end}) before it begins (${begin})`);
  if (start + end > fileBytes)
    throw fail(`ends ${start + end - fileBytes} bytes behind the end of the file`);
  const expected = elements(shape) * dtypeBytes[dtype as Dtype];
  if (!Number.isSafeInteger(expected))
    throw fail(`has a shape too large to count, [${shape.join(', ')}]`);
  if (end - begin !== expected)
    throw fail(`has ${end - begin} bytes where ${dtype} [${shape.join(', ')}] needs ${expected}`);
  return { name, dtype: dtype as Dtype, shape, offset: start + begin, byteLength: expected };
}
