// The labelled texts as they are now -> a request to train on them, or why there cannot be one.
import { checkExamples } from '../../../../shared/checkExamples';
import type { Example, Project } from '../../../../shared/domain';
import { toStudioError } from '../../../../shared/errors';
import type { TrainRequest } from '../../../../shared/events';

const watchedTexts = 12;
/** Same seed, same labels: the same classifier. */
const seed = 1;

/** Why training cannot start yet, as a sentence; null when it can. The engine asks the same. */
export function missingForTraining({ task }: Project, examples: readonly Example[]): string | null {
  if (task.labels.length < 2) return 'Name at least two labels first, in the Label step.';
  try {
    checkExamples(task, labelledTexts(examples));
    return null;
  } catch (error) {
    return toStudioError(error).message;
  }
}

const labelledTexts = (examples: readonly Example[]) =>
  examples.flatMap(({ id, text, decision }) =>
    decision ? [{ id, text, labels: decision.labels }] : [],
  );

/** A snapshot with all that the engine needs. */
export function trainRequest(project: Project, examples: readonly Example[]): TrainRequest {
  return {
    runId: crypto.randomUUID(),
    encoder: project.encoder,
    task: project.task,
    examples: labelledTexts(examples),
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
