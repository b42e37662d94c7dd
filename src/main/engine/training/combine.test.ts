import { describe, expect, it } from 'vitest';
import { labelledAs } from '../../../../tests/labelledAs';
import { confidenceOf, type Learned } from '../evaluation/learned';
import { accuracy } from '../evaluation/metrics';
import { createRandom } from '../experts/random';
import { stackLogits } from '../experts/stack';
import { lowerRare, weigh } from './combine';
import type { Labelled } from './labelled';
import { defaultRecipe } from './recipe';

/** `n` texts that belong to the two labels in turn. */
const labelledTexts = (n: number) => labelledAs(Array.from({ length: n }, (_, i) => i % 2));

/** Share of the texts to which the logits give their label. */
const shareRight = (logits: Float32Array, { labels }: Labelled) =>
  accuracy(
    labels.map((_, i) => [(logits[2 * i] ?? 0) > (logits[2 * i + 1] ?? 0) ? 0 : 1]),
    labels,
  );

it('lets sixteen texts say that loud answers before training are worth less than quiet right ones', () => {
  // As on Subj, where the weights were once held so near their prior that entailment drowned the linear expert.
  const accuracies = Array.from({ length: 10 }, (_, seed) => {
    const random = createRandom(seed);
    const experts = ({ targets }: Labelled) => ({
      loudGuesses: targets.map(() => 2 * random.normal()),
      quietAnswers: targets.map((target) => 0.3 * (target - 0.5) + 0.045 * random.normal()),
    });
    const [own, others] = [labelledTexts(16), labelledTexts(200)];
    const { loudGuesses, quietAnswers } = experts(own);
    const stack = weigh(own, loudGuesses, quietAnswers, defaultRecipe);
    const said = experts(others);
    expect(shareRight(said.quietAnswers, others)).toBeGreaterThan(0.99);
    return shareRight(stackLogits([said.loudGuesses, said.quietAnswers], stack), others);
  });
  expect(accuracies.reduce((sum, each) => sum + each) / accuracies.length).toBeGreaterThan(0.96);
});

describe('lowerRare', () => {
  const learned = (kind: Learned['task']['kind'], bias: readonly number[]): Learned => ({
    task: { kind, template: '', labels: bias.map((_, i) => ({ id: `${i}`, name: `${i}` })) },
    ...{ entailment: null, linear: null, tuned: null },
    bias: Float32Array.from(bias),
  });
  const confidence = (kind: Learned['task']['kind'], bias: Float32Array) =>
    confidenceOf(kind, bias, bias.length);

  it('multiplies the odds of one of several labels', () => {
    const { bias } = lowerRare(learned('single', [0, 0]), [0.25, 1]);
    expect(confidence('single', bias)[0]).toBeCloseTo(0.2, 6);
  });

  it('multiplies the odds of no and yes', () => {
    const yes = (rarity: readonly number[]) =>
      confidence('yes-no', lowerRare(learned('yes-no', [0]), rarity).bias)[0];
    expect(yes([1, 0.25])).toBeCloseTo(0.2, 6);
    expect(yes([0.25, 1])).toBeCloseTo(0.8, 6);
  });
});
