// The protobuf wire format (https://protobuf.dev/programming-guides/encoding), driven by tables of
// fields. Knows nothing of ONNX. Fields that a table does not list are skipped.

/** How a field is written: the wire type and its meaning. */
type Kind =
  'int' | 'float' | 'string' | 'bytes' | 'ints' | 'floats' | 'strings' | Fields | [Fields];

/** name -> [field number, kind]; a nested table is a message, a table in brackets a repeated one. */
export interface Fields {
  readonly [name: string]: readonly [number, Kind];
}

type Decoded<K> = K extends 'int' | 'float'
  ? number
  : K extends 'string'
    ? string
    : K extends 'bytes'
      ? Uint8Array
      : K extends 'ints' | 'floats'
        ? readonly number[]
        : K extends 'strings'
          ? readonly string[]
          : K extends readonly [infer F extends Fields]
            ? readonly Message<F>[]
            : K extends Fields
              ? Message<K>
              : never;

/** A message as a plain object; what is not on the wire is not there. */
export type Message<F extends Fields> = { readonly [Name in keyof F]?: Decoded<F[Name][1]> };

const wires = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const text = new TextDecoder();

/** The message as chunks, so that large `bytes` are never copied; see `join`. */
export function encode<F extends Fields>(fields: F, message: Message<F>): Uint8Array[] {
  const writer = new Writer();
  encodeMessage(writer, fields, message);
  return writer.chunks();
}

const known = new WeakMap<Fields, (readonly [string, readonly [number, Kind]])[]>();

/** The fields, the last first, as they are written. */
function lastFirst(fields: Fields) {
  const entries = known.get(fields) ?? Object.entries(fields).reverse();
  known.set(fields, entries);
  return entries;
}

function encodeMessage(writer: Writer, fields: Fields, message: object): void {
  for (const [name, [number, kind]] of lastFirst(fields)) {
    const value = (message as Record<string, unknown>)[name];
    if (value !== undefined) encodeField(writer, number, kind, value);
  }
}

function encodeField(writer: Writer, number: number, kind: Kind, value: unknown): void {
  if (kind === 'strings' || isRepeated(kind)) {
    const one = kind === 'strings' ? 'string' : kind[0];
    for (const part of (value as unknown[]).toReversed()) encodeField(writer, number, one, part);
    return;
  }
  if (kind === 'int') {
    writer.varint(value as number);
    writer.tag(number, wires.varint);
    return;
  }
  if (kind === 'float') {
    writer.float(value as number);
    writer.tag(number, wires.fixed32);
    return;
  }
  const before = writer.length;
  if (kind === 'string') writer.string(value as string);
  else if (kind === 'bytes') writer.bytes(value as Uint8Array);
  else if (kind === 'ints')
    for (const part of (value as number[]).toReversed()) writer.varint(part);
  else if (kind === 'floats')
    for (const part of (value as number[]).toReversed()) writer.float(part);
  else encodeMessage(writer, kind, value as object);
  writer.varint(writer.length - before);
  writer.tag(number, wires.bytes);
}

const isRepeated = (kind: Kind): kind is [Fields] => Array.isArray(kind);

/** Bytes from which on a field is kept as it is instead of copied. */
const large = 4096;
const bufferBytes = 1 << 16;

/** Writes from the end to the beginning: once a message is written, its length is known. */
class Writer {
  /** Bytes so far. */
  length = 0;
  /** The last first. */
  readonly #chunks: Uint8Array[] = [];
  #buffer = Buffer.alloc(bufferBytes);
  /** Where what has been written into the buffer begins. */
  #at = this.#buffer.length;

  chunks(): Uint8Array[] {
    this.#close(0);
    return this.#chunks.toReversed();
  }

  tag(number: number, wire: number): void {
    this.varint(number * 8 + wire);
  }

  /** Up to 53 bits; a negative number takes ten bytes, as the format wants it. */
  varint(value: number): void {
    if (value >= 0 && value < 128 && Number.isInteger(value)) {
      this.#take(1);
      this.#buffer[this.#at] = value;
      return;
    }
    if (!Number.isSafeInteger(value))
      throw new RangeError(`${value} is no whole number of 53 bits.`);
    const digits: number[] = [];
    for (let rest = BigInt.asUintN(64, BigInt(value)); rest > 0n; rest >>= 7n)
      digits.push(Number(rest & 127n));
    this.#take(digits.length);
    digits.forEach((digit, i) => {
      this.#buffer[this.#at + i] = i < digits.length - 1 ? digit | 128 : digit;
    });
  }

  float(value: number): void {
    this.#take(4);
    this.#buffer.writeFloatLE(value, this.#at);
  }

  string(value: string): void {
    this.#take(Buffer.byteLength(value));
    this.#buffer.write(value, this.#at);
  }

  bytes(value: Uint8Array): void {
    if (value.length < large) {
      this.#take(value.length);
      this.#buffer.set(value, this.#at);
      return;
    }
    this.#close(bufferBytes);
    this.#chunks.push(value);
    this.length += value.length;
  }

  /** Makes room for so many bytes before what has been written. */
  #take(bytes: number): void {
    if (bytes > this.#at) this.#close(Math.max(bufferBytes, bytes));
    this.#at -= bytes;
    this.length += bytes;
  }

  /** Ends the buffer's chunk and begins a buffer of so many bytes. */
  #close(bytes: number): void {
    this.#chunks.push(this.#buffer.subarray(this.#at));
    this.#buffer = Buffer.alloc(bytes);
    this.#at = bytes;
  }
}

const byteLength = (chunks: readonly Uint8Array[]): number =>
  chunks.reduce((sum, chunk) => sum + chunk.length, 0);

/** One array of all chunks. */
export function join(chunks: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(byteLength(chunks));
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}

/** The message that the bytes hold; `bytes` fields are views. Throws RangeError where they end early. */
export function decode<F extends Fields>(fields: F, bytes: Uint8Array): Message<F> {
  const byNumber = new Map(Object.entries(fields).map(([name, [n, kind]]) => [n, { name, kind }]));
  const message: Record<string, unknown> = {};
  const reader = new Reader(bytes);
  while (!reader.done) {
    const key = reader.varint();
    const wire = key % 8;
    const raw = reader.raw(wire);
    const field = byNumber.get(Math.floor(key / 8));
    if (field) message[field.name] = decodeField(field.kind, raw, message[field.name]);
  }
  return message as Message<F>;
}

/** `raw`: a number (varint), or the bytes of any other wire type. `before`: what repeats so far. */
function decodeField(kind: Kind, raw: number | Uint8Array, before: unknown): unknown {
  const list = (before ?? []) as unknown[];
  if (typeof raw === 'number') {
    if (kind === 'int') return raw;
    if (kind === 'ints') return [...list, raw];
    throw new RangeError('A number stands where something else should.');
  }
  if (kind === 'int') throw new RangeError('Something else stands where a number should.');
  if (kind === 'float') return readFloats(raw)[0];
  if (kind === 'string') return text.decode(raw);
  if (kind === 'bytes') return raw;
  if (kind === 'ints') return [...list, ...readVarints(raw)];
  if (kind === 'floats') return [...list, ...readFloats(raw)];
  if (kind === 'strings') return [...list, text.decode(raw)];
  if (!isRepeated(kind)) return decode(kind, raw);
  list.push(decode(kind[0], raw)); // pushed, not spread: a graph has thousands of nodes
  return list;
}

function readVarints(bytes: Uint8Array): number[] {
  const reader = new Reader(bytes);
  const values: number[] = [];
  while (!reader.done) values.push(reader.varint());
  return values;
}

function readFloats(bytes: Uint8Array): number[] {
  if (bytes.length % 4 !== 0) throw new RangeError('A number ends early.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

class Reader {
  #at = 0;
  constructor(private readonly bytes: Uint8Array) {}

  get done(): boolean {
    return this.#at >= this.bytes.length;
  }

  /** Signed 64-bit, as a number; what a number cannot hold exactly is refused. */
  varint(): number {
    let bits = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#take(1)[0] ?? 0;
      bits |= BigInt(byte & 127) << shift;
      if (byte >= 128) continue;
      const value = BigInt.asIntN(64, bits);
      const number = Number(value);
      if (!Number.isSafeInteger(number)) throw new RangeError(`The number ${value} is too large.`);
      return number;
    }
    throw new RangeError('A number runs past ten bytes.');
  }

  raw(wire: number): number | Uint8Array {
    if (wire === wires.varint) return this.varint();
    if (wire === wires.fixed64) return this.#take(8);
    if (wire === wires.bytes) return this.#take(this.varint());
    if (wire === wires.fixed32) return this.#take(4);
    throw new RangeError(`Wire type ${wire} is none of the format's.`);
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (length < 0 || end > this.bytes.length) throw new RangeError('The bytes end early.');
    const taken = this.bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
