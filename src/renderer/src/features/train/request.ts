// The labelled texts as they are now -> a request to train on them, or why there cannot be one.
import type { Example, Project } from '../../../../shared/domain';
import type { TrainRequest } from '../../../../shared/events';

const watchedTexts = 12;
/** Same seed, same labels: the same classifier. */
const seed = 1;

/** Why training cannot start yet, as a sentence; null when it can. */
export function missingForTraining(
  { task }: Project,
  counts: ReadonlyMap<string, number>,
): string | null {
  if (task.labels.length < 2) return 'Name at least two labels first, in the Label step.';
  const enough = task.labels.filter(({ id }) => (counts.get(id) ?? 0) >= 2);
  if (enough.length >= 2) return null;
  const fewest = task.labels
    .filter((label) => !enough.includes(label))
    .slice(0, 3)
    .map(({ id, name }) => `“${name}” has ${counts.get(id) ?? 0}`);
  return `Training needs two labels with at least two texts each; ${fewest.join(', ')}.`;
}

/** A snapshot with all that the engine needs. */
export function trainRequest(project: Project, examples: readonly Example[]): TrainRequest {
  const labelled = examples.flatMap(({ id, text, decision }) =>
    decision ? [{ id, text, labels: decision.labels }] : [],
  );
  return {
    runId: crypto.randomUUID(),
    encoder: project.encoder,
    task: project.task,
    examples: labelled,
    watch: textsToWatch(examples),
    seed,
  };
}

/** A dozen texts, evenly spread, without a label if there are enough of those. */
function textsToWatch(examples: readonly Example[]): { id: string; text: string }[] {
  const undecided = examples.filter(({ decision }) => decision === null);
  const source = undecided.length >= watchedTexts ? undecided : examples;
  const stride = Math.max(1, source.length / watchedTexts);
  return Array.from({ length: Math.min(watchedTexts, source.length) }, (_, place) => {
    const example = source[Math.floor(place * stride)];
    return example ? [{ id: example.id, text: example.text }] : [];
  }).flat();
}
