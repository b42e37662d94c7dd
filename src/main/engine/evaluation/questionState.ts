// What the question path of a task has learned, or starts from; Q places, K labels.
import type { LowRankPair } from '../encoders/lowRank';
import type { Question } from '../entailment/question';

export interface QuestionState {
  readonly question: Question;
  /** False: words, head and bias are the encoder's own, so that only the scale has to be stored. */
  readonly isTuned: boolean;
  /** Word vectors of template and labels [Q, hidden]. */
  readonly tokens: Float32Array;
  /** Added to the hidden states as each layer begins [layers, Q, hidden]; null: nothing is. */
  readonly deep: Float32Array | null;
  /** Updates of the linear maps on the question's side only; null: none. */
  readonly lowRank: LowRankState | null;
  /** [3, hidden] and [3] */
  readonly headWeight: Float32Array;
  readonly headBias: Float32Array;
  /** [K] */
  readonly bias: Float32Array;
  readonly logScale: number;
}

export interface LowRankState {
  readonly pairs: readonly LowRankPair[];
  /** The factors of all pairs, one after the other. */
  readonly parameters: Float32Array;
}
