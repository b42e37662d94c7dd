// Where the cross-validation disagrees with the user: a mistake, of one or of the other.
import type { Example, Label } from '../../../../shared/domain';
import type { RunSummary } from '../../../../shared/events';

export interface Judged {
  example: Example;
  given: Label;
  suggested: Label;
  confidence: number;
}

/** How sure the classifier must be for its label to be offered first. */
export const verySure = 0.8;

/** Every labelled text that the run was checked on, with what a model that had not seen it said. */
function judged({ task, crossValidation }: RunSummary, exampleOf: ExampleOf): Judged[] {
  return (crossValidation?.predictions ?? []).flatMap(({ id, confidence }) => {
    const example = exampleOf(id);
    const given = task.labels.find((label) => example?.decision?.labels.includes(label.id));
    const highest = Math.max(...confidence);
    const suggested = task.labels[confidence.indexOf(highest)];
    return example && given && suggested
      ? [{ example, given, suggested, confidence: highest }]
      : [];
  });
}

type ExampleOf = (id: string) => Example | undefined;

/** Surest first; texts that were decided (again) after the run are settled and left out. */
export function findDisagreements(run: RunSummary, exampleOf: ExampleOf): Judged[] {
  return judged(run, exampleOf)
    .filter(
      ({ example, given, suggested }) =>
        given.id !== suggested.id && (example.decision?.at ?? 0) <= run.createdAt,
    )
    .sort((a, b) => b.confidence - a.confidence);
}

/** `confusion[given][said]`: number of texts as that training found them, in the order of its labels. */
export function countConfusions(run: RunSummary, exampleOf: ExampleOf): number[][] {
  const { labels } = run.task;
  const table = labels.map(() => labels.map(() => 0));
  for (const { id, confidence, given } of run.crossValidation?.predictions ?? []) {
    const ids = given ?? exampleOf(id)?.decision?.labels ?? [];
    const row = table[labels.findIndex((label) => ids.includes(label.id))];
    const column = confidence.indexOf(Math.max(...confidence));
    if (row) row[column] = (row[column] ?? 0) + 1;
  }
  return table;
}

/** How many of the texts that the run was checked on have another label by now, or none. */
export const countChanged = (run: RunSummary, exampleOf: ExampleOf): number =>
  (run.crossValidation?.predictions ?? []).filter(({ id, given }) => {
    const example = exampleOf(id);
    return example && given && !given.every((label) => example.decision?.labels.includes(label));
  }).length;
