// The recorded values as types. What each means, with the formulas, stands in make_golden.py.
import { readFile } from 'node:fs/promises';
import path from 'node:path';

export interface GoldTensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: readonly number[];
}

export type GoldTensors = Readonly<Record<string, GoldTensor>>;

interface TextBatch {
  readonly texts: readonly string[];
  /** [B, T] */
  readonly ids: GoldTensor;
  /** [B, T]: 1 for a token, 0 for padding. */
  readonly mask: GoldTensor;
}

/** The tokens of each text without padding. */
export function realTokens({ ids, mask }: Pick<TextBatch, 'ids' | 'mask'>): number[][] {
  const [batch = 0, width = 0] = ids.shape;
  return Array.from({ length: batch }, (_, b) =>
    ids.data.slice(b * width, (b + 1) * width).filter((_id, t) => mask.data[b * width + t] === 1),
  );
}

export interface GoldTextPass extends TextBatch {
  /** [B, layers * H] */
  readonly vectors: GoldTensor;
  /** [B, T, H], 0 at padding */
  readonly lastHidden: GoldTensor;
}

export type GoldPart = 'tokens' | 'deep' | 'lowRank' | 'head' | 'bias' | 'logScale';

interface StepOf<Kind, Targets> extends TextBatch {
  readonly kind: Kind;
  readonly template: string;
  readonly labels: readonly string[];
  readonly templateIds: readonly number[];
  /** Each ends with [SEP]. */
  readonly labelIds: readonly (readonly number[])[];
  readonly slots: readonly number[];
  readonly positions: readonly number[];
  /** [K, h] */
  readonly labelMask: GoldTensor;
  readonly targets: Targets;
  readonly smoothing: number;
  readonly divergenceWeight: number;
  /** [B, K] */
  readonly zeroShot: GoldTensor;
  readonly parts: readonly GoldPart[];
  readonly trainables: GoldTensors;
  /** [B, K, 3] */
  readonly logits: GoldTensor;
  /** [B, K] */
  readonly scores: GoldTensor;
  readonly loss: number;
  readonly taskLoss: number;
  readonly divergence: number;
  /** Before clipping. */
  readonly gradients: GoldTensors;
  readonly gradientNorm: number;
  /** Gradients that are 0 but for rounding; AdamW makes full steps of the rounding. */
  readonly exactZero: Readonly<Record<string, readonly number[]>>;
  readonly optimizer: {
    readonly beta1: number;
    readonly beta2: number;
    readonly epsilon: number;
    readonly clip: number;
    readonly rateFactors: readonly number[];
    readonly groups: Readonly<Record<GoldPart, { readonly rate: number; readonly decay: number }>>;
  };
  /** Before step 1, 2, 3 and after the last. */
  readonly losses: readonly number[];
  readonly after1: GoldTensors;
  readonly after3: GoldTensors;
}

/** `targets`: an index per text, or 0 and 1 [B, K]. */
export type GoldStep =
  StepOf<'single', readonly number[]> | StepOf<'multi', GoldTensor> | StepOf<'yes-no', GoldTensor>;

export interface GoldContrast extends TextBatch {
  readonly targets: readonly number[];
  readonly temperature: number;
  readonly trainables: GoldTensors;
  /** [B, H]: of the last layer */
  readonly vectors: GoldTensor;
  readonly loss: number;
  readonly terms: Readonly<Record<'contrast' | 'pair' | 'prototype', number>>;
  readonly gradients: GoldTensors;
}

export const goldStepNames = [
  'single-2',
  'single-3',
  'single-12',
  'single-tokens',
  'multi-3',
  'multi-12',
  'yes-no',
  'yes-no-bare',
] as const;

async function read(name: string): Promise<unknown> {
  return JSON.parse(await readFile(path.join(import.meta.dirname, `${name}.json`), 'utf8'));
}

export const readGoldTextPass = async () => (await read('text-pass')) as readonly GoldTextPass[];
export const readGoldStep = async (name: (typeof goldStepNames)[number]) =>
  (await read(`step-${name}`)) as GoldStep;
export const readGoldContrast = async () => (await read('contrast')) as GoldContrast;
