// How sure a classifier may be: one number by which all its log-odds are divided (Guo et al. 2017,
// temperature scaling), found on answers about texts that it had not seen.
import type { StackKind } from './stack';

const [coldest, hottest] = [0.25, 4];
/** Interval of log T at which the search ends. */
const precision = 1e-3;

/**
 * The temperature that makes the right answers most likely: mean cross-entropy of logits / T plus
 * pull * log(T)^2, which keeps it near 1 when there is little to go by. 1 without texts.
 * @param logits [n, k] about texts that were not learned from.
 * @param targets 0 and 1 for each label of each text, [n, k]; softmax: one 1 in each row.
 */
export function fitTemperature(
  kind: StackKind,
  logits: Float32Array,
  targets: ArrayLike<number>,
  k: number,
  pull: number,
): number {
  if (logits.length === 0) return 1;
  const cost = (logT: number) =>
    crossEntropy(kind, logits, targets, k, Math.exp(logT)) + pull * logT * logT;
  // Golden section: in 1 / T the cross-entropy is convex, so there is one lowest point.
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [Math.log(coldest), Math.log(hottest)];
  while (high - low > precision) {
    const [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
    if (cost(left) < cost(right)) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
}

/** Mean over texts, and for sigmoid over labels too. */
function crossEntropy(
  kind: StackKind,
  logits: Float32Array,
  targets: ArrayLike<number>,
  k: number,
  temperature: number,
): number {
  let sum = 0;
  for (let from = 0; from < logits.length; from += k) {
    const row = Array.from(logits.subarray(from, from + k), (logit) => logit / temperature);
    if (kind === 'softmax') {
      const top = Math.max(...row);
      const all = top + Math.log(row.reduce((total, z) => total + Math.exp(z - top), 0));
      row.forEach((z, c) => (sum += (targets[from + c] ?? 0) * (all - z)));
    } else
      row.forEach((z, c) => {
        const target = targets[from + c] ?? 0;
        sum += (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - target * z) / k;
      });
  }
  return (sum * k) / logits.length;
}
