// Every number that was chosen, in one place; docs/quality.md says by which measurements.
import type { RarityOptions } from '../experts/labelShares';

export interface TokenRecipe {
  /** How often each text is seen, in at most so many steps. */
  readonly passes: number;
  readonly mostSteps: number;
  readonly warmUp: number;
  readonly batch: number;
  /** Whether the tokens are learned again at every layer, and the rank of updates on the question's side. */
  readonly deep: boolean;
  readonly rank: number;
  readonly rates: Readonly<Record<'tokens' | 'deep' | 'lowRank' | 'head' | 'bias', number>>;
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
  /** Weights of the three losses; see contrast.ts. */
  readonly weights: Readonly<Record<'contrast' | 'pair' | 'prototype', number>>;
  readonly warmUp: number;
  /** Texts of one label in a step, and of all labels together. */
  readonly perClass: number;
  readonly mostTexts: number;
  /** How often each text is seen, within the bounds that follow. */
  readonly passes: number;
  readonly fewestSteps: number;
  readonly mostSteps: number;
  /** Text tokens of all steps together: what bounds the time. */
  readonly mostTokens: number;
  readonly longestGradient: number;
}

export interface Recipe {
  /** Numbers that a task may store, as a share of the encoder's: 3 % (Kim and Yang 2023). */
  readonly largestShare: number;
  readonly tokens: TokenRecipe;
  readonly text: TextRecipe;
  /** Folds in which the quick experts are judged, to weigh them. */
  readonly folds: number;
  /** Few texts are split into folds in several ways: until so many have been held out. */
  readonly heldOutTexts: number;
  /** Folds in which the text tuning is repeated for the score that the user sees. */
  readonly checkFolds: number;
  /** Inverse strength of the penalty, as in scikit-learn, of the two linear experts. */
  readonly linearC: number;
  readonly tunedC: number;
  /** Weights of the entailment and the linear expert before any evidence; see fitStack. */
  readonly stack: {
    readonly prior: readonly [number, number];
    readonly pull: number;
    /** Texts from which on `pull` holds; with fewer it is as many times stronger. */
    readonly fullTexts: number;
    readonly biasPenalty: number;
  };
  /** Holds the temperature near 1, against the mean loss; with few texts as much stronger as the stack's pull. */
  readonly temperaturePull: number;
  /** When a label counts as rare among the texts without a label; see rarityOf. */
  readonly rarity: RarityOptions;
  /**
   * Texts without a label that the linear experts learn from: the surest of each label, as a share of
   * those that seem to have it, and how much each counts against a labelled text.
   */
  readonly selfTraining: { readonly share: number; readonly weight: number };
  /** Part of the linear expert's weight that the tuned one takes over, and its spread against it. */
  readonly tuned: { readonly part: number; readonly spread: number };
}

export const defaultRecipe: Recipe = {
  largestShare: 0.03,
  tokens: {
    passes: 6,
    mostSteps: 20,
    warmUp: 5,
    batch: 8,
    deep: false,
    rank: 0,
    rates: { tokens: 2e-3, deep: 1e-3, lowRank: 1e-3, head: 1e-3, bias: 1e-2 },
    decay: 0.01,
    smoothing: 0.05,
    divergenceWeight: 1,
    longestGradient: 1,
  },
  text: {
    rank: 16,
    rate: 4e-3,
    decay: 0.01,
    temperature: 0.1,
    weights: { contrast: 0.5, pair: 2, prototype: 0.5 },
    warmUp: 2,
    perClass: 6,
    mostTexts: 24,
    passes: 6,
    fewestSteps: 4,
    mostSteps: 24,
    mostTokens: 9_000,
    longestGradient: 1,
  },
  folds: 4,
  heldOutTexts: 64,
  checkFolds: 2,
  linearC: 1e-3,
  tunedC: 10,
  stack: { prior: [0.5, 0.5], pull: 0.002, fullTexts: 32, biasPenalty: 1 },
  temperaturePull: 0.1,
  rarity: { below: 0.8, deviations: 2.5 },
  selfTraining: { share: 0.8, weight: 1 },
  tuned: { part: 0.7, spread: 2.5 },
};
