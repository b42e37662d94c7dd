// What a text pass leaves behind, as it lies, and how several texts go into one batch.
import type { ReadText } from '../encoders/tunedPass';
import { dataOf, floats, type Tensor } from '../runtime/tensor';

export interface MemoryShape {
  readonly heads: number;
  /** hidden / heads */
  readonly width: number;
}

/** What one pass has left behind for its texts. */
export interface BatchMemory {
  /** keys.n and values.n of each layer n, [texts, heads, padded, width]. */
  readonly keysAndValues: Readonly<Record<string, Tensor>>;
  readonly texts: number;
  /** Tokens of the longest text, and so many places for each. */
  readonly padded: number;
  readonly bytes: number;
}

export interface TextMemory extends ReadText {
  readonly tokens: number;
  /** Where its keys and values lie. */
  readonly batch: BatchMemory;
  readonly place: number;
  /** Mean vectors of all layers, each of length 1: [layers * hidden]. */
  readonly vectors: Float32Array;
}

/** The memories of texts in the outputs of a text pass, which are not copied; `texts`: the tokens of each. */
export function takeMemories(
  { vectors, states, ...keysAndValues }: Readonly<Record<string, Tensor>>,
  texts: readonly ArrayLike<number>[],
  { heads, width }: MemoryShape,
): TextMemory[] {
  const [allVectors, allStates] = [dataOf(vectors), dataOf(states)];
  const parts = Object.values(keysAndValues).map(dataOf);
  const bytes = [allVectors, allStates, ...parts].reduce((sum, part) => sum + part.byteLength, 0);
  const padded = keysAndValues['keys.0']?.dims[2] ?? 0;
  const batch = { keysAndValues, texts: texts.length, padded, bytes };
  const dimension = allVectors.length / texts.length;
  const hidden = heads * width;
  let before = 0;
  return texts.map((ids, place): TextMemory => ({
    ids,
    tokens: ids.length,
    batch,
    place,
    states: allStates.subarray(before * hidden, (before += ids.length) * hidden),
    vectors: allVectors.subarray(place * dimension, (place + 1) * dimension),
  }));
}

/** The texts as one batch: keys.n and values.n [batch, heads, text, width], mask [batch, text]. */
export function joinMemories(
  memories: readonly TextMemory[],
  { heads, width }: MemoryShape,
): Record<string, Tensor> {
  const [first] = memories;
  const whole = first && isWhole(memories, first.batch) ? first.batch : null;
  const longest = memories.reduce((most, { tokens }) => Math.max(most, tokens), 0);
  const padded = whole?.padded ?? longest;
  const mask = new Float32Array(memories.length * padded);
  memories.forEach(({ tokens }, b) => mask.fill(1, b * padded, b * padded + tokens));
  const masked = { mask: floats(mask, [memories.length, padded]) };
  if (whole) return { ...masked, ...whole.keysAndValues };

  const joined = Object.keys(first?.batch.keysAndValues ?? {}).map((name) => {
    const all = new Float32Array(memories.length * heads * padded * width);
    memories.forEach(({ tokens, batch, place }, b) => {
      const source = dataOf(batch.keysAndValues[name]);
      for (let head = 0; head < heads; head++) {
        const from = (place * heads + head) * batch.padded * width;
        const to = (b * heads + head) * padded * width;
        all.set(source.subarray(from, from + tokens * width), to);
      }
    });
    return [name, floats(all, [memories.length, heads, padded, width])] as const;
  });
  return { ...masked, ...Object.fromEntries(joined) };
}

/** Whether these are all texts of a batch, as they lie in it. */
const isWhole = (memories: readonly TextMemory[], batch: BatchMemory): boolean =>
  batch.texts === memories.length &&
  memories.every((memory, i) => memory.batch === batch && memory.place === i);
