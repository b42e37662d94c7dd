// What a family of encoders offers to whoever builds a graph over it, in the order of a forward
// pass. Implemented once per family (bert.ts), used by the text pass and by the question path.
import type { Value } from '../onnx/model';

/** The linear maps of one layer: query, key, value, attention output, intermediate, output. */
export type LinearName = 'q' | 'k' | 'v' | 'o' | 'i' | 'd';
export const linearNames: readonly LinearName[] = ['q', 'k', 'v', 'o', 'i', 'd'];

/** Adds something to a linear map's result, a low-rank update for instance. [.., in] -> [.., out] */
export type Adapter = (layer: number, linear: LinearName, x: Value) => Value | null;

/** A linear map with its bias, [.., in] -> [.., out], done in another way than by float32 sums. */
export type Linear = (layer: number, linear: LinearName, x: Value) => Value;

/** Mixes values by queries and keys; all are [.., tokens, hidden] before the split into heads. */
export type Attend = (layer: number, q: Value, k: Value, v: Value) => Value;

export interface EncoderGraph {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  /** ids [..] int64 -> raw word vectors [.., hidden] */
  words(ids: Value): Value;
  /**
   * Raw word vectors [.., tokens, hidden] with their places added. `positions` [tokens] or
   * [.., tokens] int64; `kind`: 0 for a text, 1 for a question about it, or one for each token.
   */
  embed(words: Value, positions: Value, kind: 0 | 1 | Value): Value;
  /**
   * One layer. `queries`, if given, are the tokens of `x` whose output is wanted, [.., some, hidden];
   * the others are only looked at. `linear` takes the place of all linear maps.
   */
  layer(
    n: number,
    x: Value,
    attend: Attend,
    options?: { queries?: Value; adapter?: Adapter; linear?: Linear },
  ): Value;
  /** The entailment head as it was taught: weight [3, hidden], bias [3]. */
  head(): { weight: Value; bias: Value };
}
