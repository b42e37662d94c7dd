// What a task has learned, complete: with the encoder it makes a classifier. All experts speak in
// log-odds and are added up; the weight of each is already multiplied into its own numbers.
import type { Task } from '../../../shared/domain';
import type { LowRankState, QuestionState } from './questionState';

/** Log-odds of K labels as a linear map of a vector. */
export interface LinearExpert {
  /** [K, dimension] */
  readonly weights: Float32Array;
  readonly dimension: number;
}

export interface Learned {
  readonly task: Task;
  /** Entailment: null when the labels decided against it. */
  readonly entailment: QuestionState | null;
  /** Over the mean vectors of all layers of the untouched encoder. */
  readonly linear: LinearExpert | null;
  /** Over the last layer's mean vector of the encoder with low-rank updates of its text side. */
  readonly tuned: (LowRankState & { readonly expert: LinearExpert }) | null;
  /** [K], added to the sum of the experts. */
  readonly bias: Float32Array;
}

/** Adds the expert's log-odds for `texts` vectors to `logits` [texts, K]. */
export function addLinear(
  logits: Float32Array,
  { weights, dimension }: LinearExpert,
  vectors: Float32Array,
): void {
  const labels = weights.length / dimension;
  const texts = vectors.length / dimension;
  for (let text = 0; text < texts; text++)
    for (let label = 0; label < labels; label++) {
      let sum = 0;
      const from = text * dimension;
      const row = label * dimension;
      for (let i = 0; i < dimension; i++) sum += (vectors[from + i] ?? 0) * (weights[row + i] ?? 0);
      const at = text * labels + label;
      logits[at] = (logits[at] ?? 0) + sum;
    }
}

/** Confidence of each label [texts, K]: softmax of each row for `single`, else sigmoid of each. */
export function confidenceOf(
  kind: Task['kind'],
  logits: Float32Array,
  labels: number,
): Float32Array {
  if (kind !== 'single') return logits.map((x) => 1 / (1 + Math.exp(-x)));
  const confidence = new Float32Array(logits.length);
  for (let from = 0; from < logits.length; from += labels) {
    const row = logits.subarray(from, from + labels);
    const largest = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const exps = Array.from(row, (x) => Math.exp(x - largest));
    const total = exps.reduce((a, b) => a + b, 0);
    confidence.set(
      exps.map((x) => x / total),
      from,
    );
  }
  return confidence;
}
