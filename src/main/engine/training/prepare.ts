// All that is known before the first step: the texts read once, the answers without training, the
// quick linear expert judged on texts that it had not seen, and what will be learned.
import type { TrainRequest } from '../../../shared/events';
import { layoutQuestion } from '../entailment/question';
import { meanVectorsOf, questionScores } from '../evaluation/classify';
import type { QuestionState } from '../evaluation/questionState';
import type { Readers } from '../evaluation/readers';
import { startingState } from '../evaluation/startingState';
import { heldOutRows, outOfFold } from './linearExperts';
import { readLabelled, type Labelled } from './labelled';
import { makePlan, type Plan } from './plan';
import type { Recipe } from './recipe';

export interface Prepared {
  readonly labelled: Labelled;
  readonly plan: Plan;
  readonly start: QuestionState;
  /** Scores before training [texts, K]. */
  readonly zeroShot: Float32Array;
  /** Mean vectors of the untouched encoder [texts, layers * hidden]. */
  readonly vectors: Float32Array;
  /** Texts that are held out together. */
  readonly folds: readonly (readonly number[])[];
  /** What the linear expert says of texts that it was not fitted to, [texts, K]; 0 without one. */
  readonly linearHeldOut: Float32Array;
}

export async function prepare(
  readers: Readers,
  { task, examples, seed }: TrainRequest,
  recipe: Recipe,
  cancel: AbortSignal,
): Promise<Prepared> {
  const { encoder } = readers;
  const labelled = await readLabelled(encoder, task, examples);
  const question = await layoutQuestion(encoder.tokenizer, task);
  const plan = makePlan(encoder, question, recipe);
  const start = await startingState(encoder, question);
  const vectors = await meanVectorsOf(readers, labelled.rows, cancel);
  const zeroShot = await questionScores(readers, start, labelled.rows, cancel);
  const ways = Math.ceil(recipe.heldOutTexts / labelled.texts.length);
  const foldings = Array.from({ length: ways }, (_, way) =>
    heldOutRows(labelled, recipe.folds, seed + way),
  );
  const [folds = []] = foldings;
  const linearHeldOut = plan.linear
    ? await outOfFold(labelled, vectors, foldings, recipe.linearC, cancel)
    : new Float32Array(zeroShot.length);
  return { labelled, plan, start, zeroShot, vectors, folds, linearHeldOut };
}
