// What the user is told about a finished run.
import type { CrossValidation, Judgement } from '../../../shared/events';
import { wilsonInterval } from '../../../shared/wilsonInterval';
import { confidenceOf, type Learned } from '../evaluation/learned';
import { countCorrect, countLabels } from '../evaluation/metrics';
import type { Labelled } from './labelled';
import type { Plan } from './plan';
import type { Supposed } from './selfTraining';

/** Labels that an answer gives: the likeliest one, or all that are more likely than not. */
function givenLabels(kind: Labelled['task']['kind'], confidence: readonly number[]): number[] {
  if (kind !== 'single') return confidence.flatMap((p, label) => (p > 0.5 ? [label] : []));
  return [confidence.reduce((best, p, label) => (p > (confidence[best] ?? 0) ? label : best), 0)];
}

/** Scores of logits [texts, K] about texts that had not been seen. `ids`: of the texts, in order. */
export function crossValidation(
  labelled: Labelled,
  ids: readonly string[],
  logits: Float32Array,
  folds: number,
): CrossValidation {
  const { task, labels } = labelled;
  const k = task.labels.length;
  const confidence = confidenceOf(task.kind, logits, k);
  const predictions = ids.map((id, i): Judgement => ({
    id,
    confidence: [...confidence.subarray(i * k, (i + 1) * k)],
    given: (labels[i] ?? []).flatMap((label) => task.labels[label]?.id ?? []),
  }));
  const given = predictions.map((prediction) => givenLabels(task.kind, prediction.confidence));
  const correct = countCorrect(given, labels);
  const counts = countLabels(given, labels, k);
  return {
    folds,
    texts: ids.length,
    correct,
    accuracy: correct / Math.max(1, ids.length),
    ...wilsonInterval(correct, ids.length),
    labels: task.labels.map(({ id: labelId }, label) => ({
      labelId,
      ...(counts[label] ?? { examples: 0, found: 0, wronglyGiven: 0 }),
    })),
    predictions,
  };
}

/** What the classifier is made of, in sentences for the model card. */
export function describeRecipe(
  { task, entailment, linear, tuned }: Learned,
  plan: Plan,
  supposed: Supposed | null,
): string[] {
  const sentences: string[] = [];
  if (entailment)
    sentences.push(
      plan.tunesTokens
        ? 'It asks whether a text fits each label, in words that were adjusted to your labels.'
        : 'It asks whether a text fits each label, in the words of the labels as they are.',
    );
  if (linear) sentences.push('It compares a text as a whole with the texts that you labelled.');
  if (tuned)
    sentences.push(
      'It learned to read texts so that those with the same label come close.',
      'It was judged by two trainings on half of the texts each, so it is probably better than its score.',
    );
  if (supposed && supposed.targets.length > 0)
    sentences.push(
      `${supposed.targets.length} texts without a label took part too, each with the label that it most likely has.`,
    );
  const classes = task.kind === 'yes-no' ? ['no', 'yes'] : task.labels.map(({ name }) => name);
  const rare = classes.filter((_, i) => (supposed?.rarity[i] ?? 1) < 1);
  if (rare.length > 0)
    sentences.push(
      `Rare among the texts without a label, and so given less readily: ${rare.map((name) => `“${name}”`).join(', ')}.`,
    );
  return sentences;
}
