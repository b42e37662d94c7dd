// Every number of the intermediate training that was chosen, in one place; docs/quality.md says by
// which measurements.

export interface TeachingRecipe {
  readonly steps: number;
  readonly warmUp: number;
  readonly rate: number;
  /** Of matrices; norms and biases are not drawn to zero. */
  readonly decay: number;
  readonly longestGradient: number;
  /** Tokens of one step: texts, templates and labels together. */
  readonly tokens: number;
  /** Part of the tokens that belongs to sets of pairs; the rest to labelled sets. */
  readonly pairs: number;
  /** Steps whose rows are drawn, sorted by length and cut together, so that little is padding. */
  readonly poolSteps: number;
  readonly maxTextTokens: number;
  /** Most labels of one text, and most hypotheses of one premise, in a row. */
  readonly labels: number;
  readonly hypotheses: number;
  readonly weights: {
    /** Against 1 for the answers to pairs: answers to labels, and ranking of one text's labels. */
    readonly labels: number;
    readonly ranking: number;
    /** Distance of the mean text vectors from the base's. */
    readonly distillation: number;
  };
  /** A set of n texts is drawn with weight n ** exponent, a label of it likewise. */
  readonly exponent: number;
  readonly seed: number;
}

export const defaultTeaching: TeachingRecipe = {
  steps: 4000,
  warmUp: 200,
  rate: 2e-4,
  decay: 0.01,
  longestGradient: 1,
  tokens: 1500,
  pairs: 0.4,
  poolSteps: 8,
  maxTextTokens: 72,
  labels: 6,
  hypotheses: 4,
  weights: { labels: 0.5, ranking: 1, distillation: 10 },
  exponent: 0.5,
  seed: 1,
};
