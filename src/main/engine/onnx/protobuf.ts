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

const utf8 = new TextEncoder();
const text = new TextDecoder();

/** The message as chunks, so that large `bytes` are never copied; see `join`. */
export function encode<F extends Fields>(fields: F, message: Message<F>): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (const [name, [number, kind]] of Object.entries(fields)) {
    const value = (message as Record<string, unknown>)[name];
    if (value !== undefined) encodeField(chunks, number, kind, value);
  }
  return chunks;
}

function encodeField(chunks: Uint8Array[], number: number, kind: Kind, value: unknown): void {
  const delimited = (parts: Uint8Array[]) => {
    chunks.push(tag(number, wires.bytes), varint(byteLength(parts)));
    for (const part of parts) chunks.push(part); // a large graph has more than a call takes arguments
  };
  if (kind === 'int') chunks.push(tag(number, wires.varint), varint(value as number));
  else if (kind === 'float') chunks.push(tag(number, wires.fixed32), float(value as number));
  else if (kind === 'string') delimited([utf8.encode(value as string)]);
  else if (kind === 'bytes') delimited([value as Uint8Array]);
  else if (kind === 'ints') delimited((value as number[]).map(varint));
  else if (kind === 'floats') delimited((value as number[]).map(float));
  else if (kind === 'strings') for (const s of value as string[]) delimited([utf8.encode(s)]);
  else if (isRepeated(kind))
    for (const each of value as Message<Fields>[]) delimited(encode(kind[0], each));
  else delimited(encode(kind, value as Message<Fields>));
}

const isRepeated = (kind: Fields | [Fields]): kind is [Fields] => Array.isArray(kind);

const tag = (number: number, wire: number) => varint(number * 8 + wire);

/** Up to 53 bits; a negative number takes ten bytes, as the format wants it. */
function varint(value: number): Uint8Array {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no whole number of 53 bits.`);
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

function float(value: number): Uint8Array {
  return new Uint8Array(Float32Array.of(value).buffer);
}

export const byteLength = (chunks: readonly Uint8Array[]): number =>
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
