// Every number that was chosen, in one place; docs/quality.md says by which measurements.

export interface TokenRecipe {
  readonly steps: number;
  readonly warmUp: number;
  readonly batch: number;
  readonly rates: { readonly tokens: number; readonly head: number; readonly bias: number };
  readonly decay: number;
  readonly smoothing: number;
  /** Weight of the divergence from the zero-shot answers: few labels must not spoil them. */
  readonly divergenceWeight: number;
  readonly longestGradient: number;
}

export interface TextRecipe {
  /** Rank of the updates; the planner lowers it where the 3 % rule asks for it. */
  readonly rank: number;
  readonly rate: number;
  readonly decay: number;
  readonly temperature: number;
  readonly warmUp: number;
  /** Texts of one label in a step, and of all labels together. */
  readonly perClass: number;
  readonly mostTexts: number;
  readonly fewestSteps: number;
  readonly mostSteps: number;
  /** Text tokens of all steps of one fold together: what bounds the time. */
  readonly mostTokens: number;
  readonly longestGradient: number;
}

export interface Recipe {
  /** Parts of the labelled texts that are held out in turn. */
  readonly folds: number;
  readonly tokens: TokenRecipe;
  readonly text: TextRecipe;
  /** Inverse strength of the penalty, as in scikit-learn, of the two linear experts. */
  readonly linearC: number;
  readonly tunedC: number;
  /** Weights of entailment, linear and tuned expert before any evidence, and how much they hold. */
  readonly stack: {
    readonly prior: readonly [number, number, number];
    readonly pull: number;
    readonly biasPenalty: number;
  };
}

export const defaultRecipe: Recipe = {
  folds: 3,
  tokens: {
    steps: 12,
    warmUp: 3,
    batch: 32,
    rates: { tokens: 2e-3, head: 1e-3, bias: 1e-2 },
    decay: 0.01,
    smoothing: 0.05,
    divergenceWeight: 1,
    longestGradient: 1,
  },
  text: {
    rank: 8,
    rate: 2e-3,
    decay: 0.01,
    temperature: 0.1,
    warmUp: 3,
    perClass: 8,
    mostTexts: 64,
    fewestSteps: 8,
    mostSteps: 40,
    mostTokens: 13_000,
    longestGradient: 1,
  },
  linearC: 1e-3,
  tunedC: 10,
  stack: { prior: [0.3, 0.3, 0.7], pull: 0.01, biasPenalty: 0.1 },
};
