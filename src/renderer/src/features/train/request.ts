// The labelled texts as they are now -> a request to train on them, or why there cannot be one.
import { checkExamples } from '../../../../shared/checkExamples';
import type { Example, Project } from '../../../../shared/domain';
import { StudioError, toStudioError } from '../../../../shared/errors';
import type { TrainRequest } from '../../../../shared/events';
import { evenlySpread, poolOf } from '../../../../shared/pool';
import { batchBytes, messageLimitBytes } from '../../../../shared/rpc/messageSize';
import { count } from '../../phrases';

const watchedTexts = 12;
/** Same seed, same labels: the same classifier. */
const seed = 1;
/** Of what a run says about a text, at most: its id and length, and a confidence for each label. */
const bytesPerText = 200;
const bytesPerConfidence = 24;

/** Why training cannot start yet, as a sentence; null when it can. The engine asks the same. */
export function missingForTraining({ task }: Project, examples: readonly Example[]): string | null {
  if (task.labels.length < 2) return 'Name at least two labels first, in the Label step.';
  try {
    const labelled = labelledTexts(examples);
    checkExamples(task, labelled);
    checkAnswer(labelled.length, task.labels.length);
    return null;
  } catch (error) {
    return toStudioError(error).message;
  }
}

/** The answer about all texts comes in one message: better refused now than after the training. */
function checkAnswer(texts: number, labels: number): void {
  const room = messageLimitBytes - batchBytes; // the rest of the answer is smaller than a batch
  const most = Math.floor(room / (bytesPerText + bytesPerConfidence * labels));
  if (texts > most)
    throw new StudioError(
      'too-large',
      `${count(texts)} texts have a label, and with ${count(labels)} labels ${count(most)} are the most that one training takes. Remove labels, or make a project of fewer texts.`,
    );
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
    pool: poolOf(undecidedTexts(examples)),
    seed,
  };
}

const undecidedTexts = (examples: readonly Example[]) =>
  textsOf(examples.filter(({ decision }) => decision === null));

const textsOf = (examples: readonly Example[]) => examples.map(({ id, text }) => ({ id, text }));

/** A dozen texts, evenly spread, without a label if there are enough of those. */
function textsToWatch(examples: readonly Example[]) {
  const undecided = undecidedTexts(examples);
  const source = undecided.length >= watchedTexts ? undecided : textsOf(examples);
  return evenlySpread(source, watchedTexts);
}
