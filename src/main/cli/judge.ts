// Predictions -> the labels that hold, and how many are right.
import type { Label, Task } from '../../shared/domain';
import { wilsonInterval } from '../../shared/wilsonInterval';

export interface Accuracy {
  value: number;
  /** What it was counted on. */
  on: 'test' | 'cross-validation';
  correct: number;
  texts: number;
  /** 95 % Wilson interval. */
  low: number;
  high: number;
}

/** The labels that a text is given: the likeliest one, or all that are more likely than not. */
export function chosenLabels(task: Task, confidence: readonly number[]): Label[] {
  if (task.kind !== 'single') return task.labels.filter((_, k) => (confidence[k] ?? 0) >= 0.5);
  const best = confidence.indexOf(Math.max(...confidence));
  const label = task.labels[best];
  return label ? [label] : [];
}

/**
 * Is this what the table says? Several labels are separated by `;`, none is an empty cell; for a
 * yes-or-no question everything but the label's name is a no.
 */
export function isRight({ kind, labels }: Task, chosen: readonly Label[], cell: string): boolean {
  const isCalled = (label: Label, name: string) => label.name.trim() === name || label.id === name;
  const named = cell.split(';').flatMap((name) => name.trim() || []);
  const wanted =
    kind === 'yes-no' ? named.filter((name) => labels.some((l) => isCalled(l, name))) : named;
  return (
    new Set(wanted).size === chosen.length &&
    chosen.every((label) => wanted.some((name) => isCalled(label, name)))
  );
}

export function countAccuracy(correct: number, texts: number): Accuracy {
  const value = texts === 0 ? 0 : correct / texts;
  return { value, on: 'test', correct, texts, ...wilsonInterval(correct, texts) };
}

/** `Accuracy: 91.2 % (912 of 1,000 test texts; between 89.3 % and 92.8 %, 19 times in 20)` */
export function accuracySentence({ value, on, correct, texts, low, high }: Accuracy): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const number = (n: number) => n.toLocaleString('en-US');
  const where = on === 'test' ? 'test texts' : 'labelled texts, each judged unseen';
  return `Accuracy: ${percent(value)} (${number(correct)} of ${number(texts)} ${where}; with that many, between ${percent(low)} and ${percent(high)})`;
}
