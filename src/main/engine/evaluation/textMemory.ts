// What a text pass leaves behind for one text, without padding, and how several go into one batch.
import type { ReadText } from '../encoders/tunedPass';
import { floats, type Tensor } from '../runtime/tensor';

export interface MemoryShape {
  readonly layers: number;
  readonly heads: number;
  /** hidden / heads */
  readonly width: number;
}

export interface TextMemory extends ReadText {
  readonly tokens: number;
  /** Keys, then values, of each layer: [layers, 2, heads, tokens, width]. */
  readonly keysAndValues: Float32Array;
  /** Mean vectors of all layers, each of length 1: [layers * hidden]. */
  readonly vectors: Float32Array;
}

/** Bytes that the memory of a text takes. */
export const memoryBytes = ({ keysAndValues, vectors, states }: TextMemory): number =>
  keysAndValues.byteLength + vectors.byteLength + states.byteLength;

const kinds = ['keys', 'values'] as const;

/** The memories of texts in the outputs of a text pass; `texts`: the tokens of each. */
export function takeMemories(
  outputs: Readonly<Record<string, Tensor>>,
  texts: readonly ArrayLike<number>[],
  { layers, heads, width }: MemoryShape,
): TextMemory[] {
  const data = (name: string) => outputs[name]?.data as Float32Array;
  const padded = outputs['keys.0']?.dims[2] ?? 0;
  const [vectors, states] = [data('vectors'), data('states')];
  const dimension = vectors.length / texts.length;
  const hidden = heads * width;
  let before = 0;
  const memories = texts.map((ids, b): TextMemory => ({
    ids,
    tokens: ids.length,
    states: states.slice(before * hidden, (before += ids.length) * hidden),
    keysAndValues: new Float32Array(layers * 2 * heads * ids.length * width),
    vectors: vectors.slice(b * dimension, (b + 1) * dimension),
  }));
  for (let n = 0; n < layers; n++)
    for (const [kind, name] of kinds.entries()) {
      const all = data(`${name}.${n}`);
      memories.forEach(({ tokens, keysAndValues }, b) => {
        for (let head = 0; head < heads; head++) {
          const from = (b * heads + head) * padded * width;
          const to = ((n * 2 + kind) * heads + head) * tokens * width;
          keysAndValues.set(all.subarray(from, from + tokens * width), to);
        }
      });
    }
  return memories;
}

/** The texts as one batch: keys.n and values.n [batch, heads, text, width], mask [batch, text]. */
export function joinMemories(
  memories: readonly TextMemory[],
  { layers, heads, width }: MemoryShape,
): Record<string, Tensor> {
  const batch = memories.length;
  const padded = memories.reduce((longest, { tokens }) => Math.max(longest, tokens), 0);
  const mask = new Float32Array(batch * padded);
  memories.forEach(({ tokens }, b) => mask.fill(1, b * padded, b * padded + tokens));
  const joined: Record<string, Tensor> = { mask: floats(mask, [batch, padded]) };
  for (let n = 0; n < layers; n++)
    for (const [kind, name] of kinds.entries()) {
      const all = new Float32Array(batch * heads * padded * width);
      memories.forEach(({ tokens, keysAndValues }, b) => {
        for (let head = 0; head < heads; head++) {
          const from = ((n * 2 + kind) * heads + head) * tokens * width;
          const to = (b * heads + head) * padded * width;
          all.set(keysAndValues.subarray(from, from + tokens * width), to);
        }
      });
      joined[`${name}.${n}`] = floats(all, [batch, heads, padded, width]);
    }
  return joined;
}
