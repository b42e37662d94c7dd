// How common each class is among texts that nobody has labelled.

/** Taken to its end, the search can follow a classifier that is not sure to "all texts are of one class". */
const rounds = 3;

/**
 * Shares [k], summing to 1, under which the answers about unlabelled texts become likelier: the first
 * rounds of expectation and maximisation (Saerens et al. 2002, "Adjusting the outputs of a classifier to
 * new a priori probabilities", eq. 2.7 to 2.9). What the classifier learned from may have had other shares.
 * @param confidence [n, k], calibrated; without texts the shares are `learned`.
 * @param learned shares that the classifier learned from, all above 0.
 */
export function estimateShares(confidence: Float32Array, learned: readonly number[]): number[] {
  const k = learned.length;
  const n = confidence.length / k;
  let shares = [...learned];
  if (n === 0) return shares;
  for (let round = 0; round < rounds; round++) {
    const next = new Array<number>(k).fill(0);
    const adjusted = adjustToShares(confidence, learned, shares);
    adjusted.forEach((p, at) => (next[at % k] = (next[at % k] ?? 0) + p / n));
    shares = next;
  }
  return shares;
}

/** Confidence [n, k] as it would be had the classifier learned from the given shares. */
export function adjustToShares(
  confidence: Float32Array,
  learned: readonly number[],
  shares: readonly number[],
): Float32Array {
  const k = learned.length;
  const factors = shares.map((share, i) => share / (learned[i] ?? share));
  const adjusted = confidence.map((p, at) => p * (factors[at % k] ?? 0));
  for (let from = 0; from < adjusted.length; from += k) {
    const row = adjusted.subarray(from, from + k);
    const total = row.reduce((sum, p) => sum + p, 0);
    row.forEach((p, i) => (row[i] = p / Math.max(Number.MIN_VALUE, total)));
  }
  return adjusted;
}
