// How common each class is among texts that nobody has labelled, and what follows for the answers.

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
    const factors = shares.map((share, i) => share / (learned[i] ?? share));
    const adjusted = multiplyOdds(confidence, factors);
    adjusted.forEach((p, at) => (next[at % k] = (next[at % k] ?? 0) + p / n));
    shares = next;
  }
  return shares;
}

export interface RarityOptions {
  /** A class is rare below this part of the share that is expected. */
  readonly below: number;
  /** How many deviations of its count the estimate has to stay clear of that. */
  readonly deviations: number;
}

/**
 * Factors [k] from 0 to 1 by which the odds of each class sink because it is rare among unlabelled
 * texts. A handful of labelled texts mostly has as many of each class, which makes a classifier see rare
 * classes everywhere; that a class is common is taken from nowhere, since the estimate follows the
 * classifier's own mistakes and would make them worse.
 * @param confidence [n, k] about the unlabelled texts.
 * @param learned shares that the classifier learned from, all above 0.
 * @param expected shares that it would give to texts of which the classes are as common as in `learned`:
 *   a class that it hardly ever finds is not rare for that.
 */
export function rarityOf(
  confidence: Float32Array,
  learned: readonly number[],
  expected: readonly number[],
  { below, deviations }: RarityOptions,
): number[] {
  const n = confidence.length / learned.length;
  return estimateShares(confidence, learned).map((share, i) => {
    const common = below * n * (expected[i] ?? 0);
    const count = Math.max(0.5, n * share); // never so rare that no text could have it
    return count + deviations * Math.sqrt(count + 1) < common ? count / common : 1;
  });
}

/** Confidence [n, k] with the odds of each class multiplied by its factor; each row sums to 1. */
export function multiplyOdds(confidence: Float32Array, factors: readonly number[]): Float32Array {
  const k = factors.length;
  const adjusted = confidence.map((p, at) => p * (factors[at % k] ?? 0));
  for (let from = 0; from < adjusted.length; from += k) {
    const row = adjusted.subarray(from, from + k);
    const total = row.reduce((sum, p) => sum + p, 0);
    row.forEach((p, i) => (row[i] = p / Math.max(Number.MIN_VALUE, total)));
  }
  return adjusted;
}
