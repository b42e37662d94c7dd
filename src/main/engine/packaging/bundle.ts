// What goes into an exported classifier, and what comes back when one is read.
import { StudioError } from '../../../shared/errors';
import { type Arithmetic } from '../encoders/int8';
import { type RunSummary } from '../../../shared/events';
import { type BundleConfig } from './bundleConfig';

/** A text with what the app says about it: one number for each label, in the task's order. */
export interface GoldenText {
  readonly text: string;
  readonly confidence: readonly number[];
}

export interface BundleSource {
  /** Title of the model card. */
  readonly name?: string;
  readonly summary: RunSummary;
  /** Labelled texts of each label, in the task's order; from cross-validation if left out. */
  readonly examplesPerLabel?: readonly number[];
  /** Folder of the encoder: config.json, tokenizer.json and, if there is one, tokenizer_config.json. */
  readonly encoderFolder: string;
  /**
   * The inference graph, weights inside: `input_ids`, `attention_mask` (int64 [batch, length]) to
   * `logits` (float [batch, labels]). Softmax of a row, or sigmoid of each, is the confidence.
   */
  readonly model: Uint8Array | { readonly path: string };
  /** Path of task.safetensors: what the task learned and nothing else. */
  readonly taskFile: string;
  /** Tokens of a text that are read, the first and last special token included. */
  readonly maxTextTokens: number;
  /** Already folded into the logits; stated for information. */
  readonly calibration?: { readonly temperature: number; readonly thresholds: readonly number[] };
  /** How the model does the linear maps of the text side; float32 if left out. */
  readonly arithmetic?: Arithmetic;
  readonly golden: readonly GoldenText[];
}

/** A bundle whose every file has been checked against its manifest. */
export interface Bundle {
  /** Name of the file it was read from. */
  readonly fileName: string;
  readonly config: BundleConfig;
  readonly golden: readonly GoldenText[];
  /** Path in the bundle -> content. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** The error for a bundle that cannot be used: which file of it, what is wrong, what to do. */
export function damaged(bundle: string, file: string, wrong: string): StudioError {
  return new StudioError(
    'bundle-damaged',
    `"${file}" in "${bundle}" ${wrong}. Export the classifier again, or fetch a fresh copy.`,
    { bundle, file },
  );
}
