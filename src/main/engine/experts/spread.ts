import type { StackKind } from './stack';

/**
 * How far apart an expert's answers are: the deviation of its logits [n, k], for softmax without what
 * all labels of a text have in common. Answers about texts that an expert has learned from are
 * further apart than it deserves; scaling them to a spread that was measured on held-out texts mends that.
 */
export function spreadOf(kind: StackKind, logits: Float32Array, k: number): number {
  let sum = 0;
  let square = 0;
  for (let from = 0; from < logits.length; from += k) {
    const row = logits.subarray(from, from + k);
    const middle = kind === 'softmax' ? row.reduce((a, b) => a + b, 0) / k : 0;
    for (const logit of row) {
      sum += logit - middle;
      square += (logit - middle) ** 2;
    }
  }
  const n = Math.max(1, logits.length);
  return Math.sqrt(Math.max(0, square / n - (sum / n) ** 2));
}
