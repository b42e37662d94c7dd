// How good a classifier's confidence is against the truth: one way for all rows of the quality table.
import type { LabelledText, Task } from '../src/shared/domain';
import {
  accuracy,
  calibrationError,
  countLabels,
  macroF1,
} from '../src/main/engine/evaluation/metrics';

export interface Scores {
  /** The share of texts answered exactly right. */
  readonly accuracy: number;
  readonly macroF1: number;
  /** How far the confidence shown lies from the share that is right, on average. */
  readonly calibrationError: number;
}

/** `confidence` [texts, K] in the order of the task's labels. */
export function scoresOf(
  { kind, labels }: Task,
  texts: readonly LabelledText[],
  confidence: Float32Array,
): Scores {
  const k = labels.length;
  const truth = texts.map((text) =>
    labels.flatMap(({ id }, label) => (text.labels.includes(id) ? [label] : [])),
  );
  const rows = texts.map((_, i) => confidence.subarray(i * k, (i + 1) * k));
  const given = rows.map((row) => (kind === 'single' ? [likeliest(row)] : likely(row)));
  // A "no" is an answer too: for one label, F1 is the mean of both.
  const answers = (all: readonly number[][]) =>
    kind === 'yes-no' ? all.map((own) => (own.length > 0 ? [0] : [1])) : all;
  const counts = countLabels(answers(given), answers(truth), kind === 'yes-no' ? 2 : k);
  const sure: number[] = [];
  const isRight: boolean[] = [];
  rows.forEach((row, i) => {
    const own = truth[i] ?? [];
    if (kind === 'single') {
      const label = likeliest(row);
      sure.push(row[label] ?? 0);
      isRight.push(own.includes(label));
    } else
      row.forEach((p, label) => {
        sure.push(Math.max(p, 1 - p));
        isRight.push(p > 0.5 === own.includes(label));
      });
  });
  return {
    accuracy: accuracy(given, truth),
    macroF1: macroF1(counts),
    calibrationError: calibrationError(sure, isRight),
  };
}

const likeliest = (row: Float32Array): number => row.indexOf(Math.max(...row));

const likely = (row: Float32Array): number[] =>
  [...row].flatMap((p, label) => (p > 0.5 ? [label] : []));
