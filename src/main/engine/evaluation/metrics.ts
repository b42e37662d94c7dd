// How good answers are, counted. An answer is the set of labels given to a text: one of them (single),
// any number (multi), label 0 or none (yes-no). The interval of an accuracy is shared/wilsonInterval.ts.

/** The labels of each text, as numbers from 0 to k - 1, in any order. */
export type Answers = readonly (readonly number[])[];

export interface LabelCount {
  /** Texts that the label is true of. */
  readonly examples: number;
  /** Of those, texts that were given it. */
  readonly found: number;
  /** Texts that were given it and should not have been. */
  readonly wronglyGiven: number;
}

/** Texts that were given exactly the labels that are true of them. */
export function countCorrect(given: Answers, truth: Answers): number {
  return truth.filter((labels, i) => haveSame(labels, given[i] ?? [])).length;
}

/** The share of texts answered exactly right; NaN without texts. */
export function accuracy(given: Answers, truth: Answers): number {
  return countCorrect(given, truth) / truth.length;
}

/** What happened to each of k labels. */
export function countLabels(given: Answers, truth: Answers, k: number): LabelCount[] {
  return Array.from({ length: k }, (_, label) => {
    let [examples, found, wronglyGiven] = [0, 0, 0];
    truth.forEach((labels, i) => {
      const isGiven = given[i]?.includes(label) ?? false;
      if (labels.includes(label)) {
        examples += 1;
        if (isGiven) found += 1;
      } else if (isGiven) wronglyGiven += 1;
    });
    return { examples, found, wronglyGiven };
  });
}

/** F1 = 2 found / (examples + given), the harmonic mean of precision and recall; NaN if both are 0. */
export function f1({ examples, found, wronglyGiven }: LabelCount): number {
  return (2 * found) / (examples + found + wronglyGiven);
}

/** The mean F1 of the labels that are true of, or were given to, any text; NaN if there are none. */
export function macroF1(counts: readonly LabelCount[]): number {
  const scores = counts.map(f1).filter((score) => !Number.isNaN(score));
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** [k][k] counts for one label a text: row = true label, column = label given. Texts without either are left out. */
export function confusion(given: Answers, truth: Answers, k: number): number[][] {
  const table = Array.from({ length: k }, () => new Array<number>(k).fill(0));
  truth.forEach((labels, i) => {
    const row = table[labels[0] ?? -1];
    const column = given[i]?.[0];
    if (row && column !== undefined) row[column] = (row[column] ?? 0) + 1;
  });
  return table;
}

/**
 * Expected calibration error: how far, on average, the confidence (0 to 1) of answers lies from the share
 * of them that is right, over `bins` equal steps of confidence (Guo et al. 2017, equation 5).
 * NaN without answers.
 */
export function calibrationError(
  confidence: ArrayLike<number>,
  isRight: readonly boolean[],
  bins = 10,
): number {
  // A bin's share of the answers times |mean confidence - share right| is |sum of differences| / n.
  const excess = new Array<number>(bins).fill(0);
  isRight.forEach((right, i) => {
    const sure = confidence[i] ?? 0;
    const bin = Math.min(bins - 1, Math.floor(sure * bins));
    excess[bin] = (excess[bin] ?? 0) + sure - (right ? 1 : 0);
  });
  return excess.reduce((sum, difference) => sum + Math.abs(difference), 0) / isRight.length;
}

function haveSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((label) => b.includes(label));
}
