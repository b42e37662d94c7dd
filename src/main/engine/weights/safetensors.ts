// Files of named tensors (.safetensors): opened by their header alone, each tensor read when asked for,
// written whole or not at all. What the header may say is checked in safetensorsHeader.ts.
import { randomBytes } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { assert, StudioError, toStudioError } from '../../../shared/errors';
import { decodeBfloat16, decodeFloat16, encodeFloat16 } from './float16';
import {
  damagedFile,
  elements,
  formatHeader,
  lengthBytes,
  parseHeader,
  parseHeaderLength,
  type TensorEntry,
} from './safetensorsHeader';

/** An open file. Close it; `tensors` stays valid, and so does whatever refers to the file by offset. */
export interface Safetensors {
  readonly path: string;
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  /**
   * The values of a tensor, row-major. F16 and BF16 are widened to float32.
   * @throws StudioError 'encoder-damaged': no such tensor, not of floats, or the file has shrunk.
   */
  readonly read: (name: string) => Promise<Float32Array>;
  readonly close: () => Promise<void>;
}

/** A tensor to be written; stored as float32 unless `dtype` says otherwise. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
  readonly dtype?: 'F32' | 'F16';
}

/** Bytes of 16-bit values that are in memory beside the result while a tensor is read. */
const chunkBytes = 1 << 20;

/**
 * Opens a file and reads its header, not its tensors.
 * @throws StudioError 'encoder-missing' without a file, 'encoder-damaged' naming file, tensor and defect.
 */
export async function openSafetensors(path: string): Promise<Safetensors> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw hasCode(cause, 'ENOENT')
      ? new StudioError(
          'encoder-missing',
          `The file "${path}" is missing. Put a complete encoder folder in its place.`,
          { file: path },
        )
      : toStudioError(cause);
  });
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw damagedFile(path, 'it is a folder or device, not a file of weights');
    const first = await readRange(handle, 0, Math.min(lengthBytes, stats.size), path);
    const headerBytes = parseHeaderLength(first, path, stats.size);
    const json = await readRange(handle, lengthBytes, headerBytes, path);
    const header = parseHeader(json, path, stats.size);
    return {
      path,
      ...header,
      read: (name) => readTensor(handle, header.tensors.get(name), name, path),
      close: () => handle.close(),
    };
  } catch (cause) {
    await handle.close();
    throw toStudioError(cause);
  }
}

/**
 * Writes a file under another name, makes sure that it is on the disk, and only then gives it its own:
 * whoever opens `path` finds the old file or the new one, whole.
 * @throws StudioError 'disk-full' or 'no-permission'; nothing is left behind.
 */
export async function writeSafetensors(
  path: string,
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const stored = tensors.map(({ name, shape, data, dtype = 'F32' }) => {
    assert(
      data.length === elements(shape),
      `"${name}": ${data.length} values for [${shape.join()}]`,
    );
    const values = dtype === 'F16' ? encodeFloat16(data) : data;
    return { name, shape, dtype, bytes: bytesOf(values), byteLength: values.byteLength };
  });
  const header = formatHeader(stored, metadata);
  const length = new Uint8Array(lengthBytes);
  new DataView(length.buffer).setBigUint64(0, BigInt(header.length), true);

  const unfinished = `${path}.${randomBytes(4).toString('hex')}.part`;
  try {
    const handle = await open(unfinished, 'wx');
    try {
      for (const bytes of [length, header, ...stored.map((s) => s.bytes)])
        await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, path);
  } catch (cause) {
    await rm(unfinished, { force: true });
    throw toStudioError(cause);
  }
}

async function readTensor(
  handle: FileHandle,
  entry: TensorEntry | undefined,
  name: string,
  path: string,
): Promise<Float32Array> {
  if (!entry) throw damagedFile(path, `it has no tensor "${name}"`);
  const out = new Float32Array(elements(entry.shape));
  if (entry.dtype === 'F32') {
    await readInto(handle, bytesOf(out), entry.offset, path);
  } else if (entry.dtype === 'F16' || entry.dtype === 'BF16') {
    const decode = entry.dtype === 'F16' ? decodeFloat16 : decodeBfloat16;
    for (let at = 0; at < entry.byteLength; at += chunkBytes) {
      const bytes = Math.min(chunkBytes, entry.byteLength - at);
      const chunk = await readRange(handle, entry.offset + at, bytes, path);
      decode(new Uint16Array(chunk.buffer), out, at / 2);
    }
  } else {
    throw damagedFile(path, `tensor "${name}" holds ${entry.dtype}, which are not weights`);
  }
  return out;
}

async function readRange(
  handle: FileHandle,
  offset: number,
  byteLength: number,
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(byteLength);
  await readInto(handle, bytes, offset, path);
  return bytes;
}

async function readInto(handle: FileHandle, into: Uint8Array, offset: number, path: string) {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await handle.read(into, done, into.length - done, offset + done);
    if (bytesRead === 0) throw damagedFile(path, 'it became shorter while it was read');
    done += bytesRead;
  }
}

const bytesOf = (values: Float32Array | Uint16Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

const hasCode = (cause: unknown, code: string): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === code;
