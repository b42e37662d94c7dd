// Which numbers of an encoder are taught, how they are kept while it is taught, and how they go back
// into its file. Linear maps are kept as [in, out], the form in which the sums take them.
import type { Encoder } from '../encoders/encoder';
import { bertTensors } from '../encoders/bertTensors';
import { linearNames } from '../encoders/graph';
import { lowRankPairs, type LowRankPair } from '../encoders/lowRank';
import { createRandom } from '../experts/random';
import type { Safetensors } from '../weights/safetensors';

export const wordTable = 'embeddings.word_embeddings.weight';

export interface Taught {
  readonly name: string;
  /** As kept: of a linear map [in, out]. */
  readonly shape: readonly number[];
  /** Stored the other way round, [out, in]. */
  readonly isTurned: boolean;
}

/** All weights but the word vectors. */
export function taughtTensors({ config }: Encoder): Taught[] {
  return [...bertTensors(config)]
    .filter(([name]) => name !== wordTable)
    .map(([name, shape]) => {
      const isTurned = shape.length === 2 && !name.startsWith('embeddings.');
      return { name, isTurned, shape: isTurned ? shape.toReversed() : shape };
    });
}

/** Low-rank updates of all linear maps, at the highest rank that `share` of the encoder allows. */
export function taughtPairs({ config, info }: Encoder, share: number): LowRankPair[] {
  const sizeAt = (rank: number) =>
    lowRankPairs(config, 'text', linearNames, rank).reduce(
      (sum, { down, up }) => sum + rank * (down.shape[0] + up.shape[1]),
      0,
    );
  const rank = Math.max(1, Math.floor((share * info.parameters) / sizeAt(1)));
  return lowRankPairs(config, 'text', linearNames, rank);
}

/** The tensor as it is kept. An entailment head that the base lacks starts near zero. */
export async function readTaught(
  file: Safetensors,
  { name, shape, isTurned }: Taught,
  seed: number,
): Promise<Float32Array> {
  const stored = [name, `bert.${name}`].find((each) => file.tensors.has(each));
  if (stored === undefined) {
    const random = createRandom(seed);
    const size = shape.reduce((product, dim) => product * dim, 1);
    return Float32Array.from(
      { length: size },
      () => (shape.length === 2 ? 0.02 : 0) * random.normal(),
    );
  }
  const data = await file.read(stored);
  const [rows = 1, columns = 1] = shape;
  return isTurned ? turned(data, columns, rows) : data;
}

/** [rows, columns] -> [columns, rows] */
export function turned(data: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      out[column * rows + row] = data[row * columns + column] ?? 0;
  return out;
}
