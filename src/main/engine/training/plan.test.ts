// What fits under the 3 % rule over the encoder that comes with Handful.
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { openEncoder, type Encoder } from '../encoders/encoder';
import { layoutQuestion } from '../entailment/question';
import { makePlan } from './plan';
import { defaultRecipe } from './recipe';

let encoder: Encoder;
beforeAll(async () => {
  encoder = await openEncoder(path.resolve('resources/encoders/handful-mini'));
});

const questionOf = (count: number) => {
  const labels = Array.from({ length: count }, (_, i) => ({ id: `${i}`, name: `request ${i}` }));
  return layoutQuestion(encoder.tokenizer, { kind: 'single', template: 'It is about', labels });
};

it.each([
  [2, { tunesTokens: true, linear: true }],
  [77, { tunesTokens: true, linear: true }],
  [150, { tunesTokens: true, linear: true }],
  [1000, { tunesTokens: false, linear: false }],
])('%i labels: at most 3 %%, counted part by part', async (count, expected) => {
  const plan = makePlan(encoder, await questionOf(count), defaultRecipe);
  const { learned, base, share, parts } = plan.parameters;
  expect(plan).toMatchObject(expected);
  expect(base).toBe(encoder.info.parameters);
  expect(share).toBe(learned / base);
  expect(share).toBeLessThanOrEqual(0.03);
  expect(parts.reduce((sum, { numbers }) => sum + numbers, 0)).toBe(learned);
  expect(new Set(parts.map(({ part }) => part)).size).toBe(parts.length);
});

it('gives the texts the largest rank that is left', async () => {
  const rankOf = async (count: number) =>
    makePlan(encoder, await questionOf(count), defaultRecipe).pairs[0]?.down.shape[1] ?? 0;
  expect(await rankOf(2)).toBe(defaultRecipe.text.rank);
  const [few, many] = [await rankOf(2), await rankOf(150)];
  expect(many).toBeLessThan(few);
  expect(await rankOf(1000)).toBe(0);
});

it('refuses a task of which not even the biases fit', async () => {
  const question = await questionOf(50);
  const tight = { ...defaultRecipe, largestShare: 1e-6 };
  expect(() => makePlan(encoder, question, tight)).toThrow(
    expect.objectContaining({
      code: 'over-budget',
      message: expect.stringMatching(/^50 labels need more than .+\. Use fewer labels/) as string,
    }) as Error,
  );
});
