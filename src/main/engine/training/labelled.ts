// The labelled texts of a run as numbers.
import type { LabelledText, Task } from '../../../shared/domain';
import type { Encoder } from '../encoders/encoder';
import { textRows, type TextRow } from '../tokenization/textRow';

export interface Labelled {
  readonly task: Task;
  readonly texts: readonly string[];
  readonly rows: readonly TextRow[];
  /** For each text the places of its labels in the task. */
  readonly labels: readonly (readonly number[])[];
  /** 0 and 1: [texts, K]. */
  readonly targets: Float32Array;
}

export async function readLabelled(
  encoder: Encoder,
  task: Task,
  examples: readonly LabelledText[],
): Promise<Labelled> {
  const texts = examples.map(({ text }) => text);
  const rows = await textRows(encoder.tokenizer, texts, encoder.info.maxTextTokens);
  const placeOf = new Map(task.labels.map(({ id }, place) => [id, place]));
  const labels = examples.map((example) => example.labels.flatMap((id) => placeOf.get(id) ?? []));
  const targets = new Float32Array(examples.length * task.labels.length);
  labels.forEach((own, i) => {
    for (const label of own) targets[i * task.labels.length + label] = 1;
  });
  return { task, texts, rows, labels, targets };
}

/** What a text counts as when texts are balanced or compared: a label, or "none of them" (-1). */
export const classesOf = (labels: readonly number[]): readonly number[] =>
  labels.length > 0 ? labels : [-1];

/** What `fitLogistic` wants as targets: a label of each text, or 0 and 1 for each. */
export const logisticTargets = ({ task, labels, targets }: Labelled): number[] =>
  task.kind === 'single' ? labels.map(([label = 0]) => label) : [...targets];
