import { expect, it, vi } from 'vitest';
import { toyEncoder } from '../../../../tests/toyEncoder';
import { openEncoder } from '../encoders/encoder';
import { textPairs } from '../encoders/lowRank';
import { Readers } from '../evaluation/readers';
import { readLabelled } from './labelled';
import { defaultRecipe } from './recipe';
import { stepCount, TextTuning } from './textTuning';

const recipe = {
  ...defaultRecipe.text,
  passes: 10,
  fewestSteps: 8,
  mostSteps: 40,
  mostTokens: 14_000,
};

it.each([
  ['few texts: each is seen so often', { texts: 16, batch: 8, stepTokens: 240 }, 20],
  ['twice as many: twice the steps', { texts: 32, batch: 8, stepTokens: 240 }, 40],
  ['more than that: the most steps', { texts: 500, batch: 8, stepTokens: 240 }, 40],
  ['longer texts: as many as the tokens allow', { texts: 64, batch: 16, stepTokens: 800 }, 17],
  ['very long ones: the fewest all the same', { texts: 16, batch: 8, stepTokens: 5000 }, 8],
])('%s', (_, size, steps) => {
  expect(stepCount(recipe, size)).toBe(steps);
});

it('reads no more texts than a step needs, so that any number of them fits in memory', async () => {
  const encoder = await openEncoder(toyEncoder);
  const readers = new Readers(encoder, 'cpu', 0);
  const labels = ['parcel', 'card'].map((name) => ({ id: name, name }));
  const task = { kind: 'single', template: 'this text is about', labels } as const;
  const examples = Array.from({ length: 60 }, (_, i) => {
    const { id } = labels[i % 2] ?? { id: '' };
    return { id: String(i), text: `the ${id} is late ${i}`, labels: [id] };
  });
  const labelled = await readLabelled(encoder, task, examples);
  const read = vi.spyOn(await readers.texts(), 'read');
  const options = { recipe: { ...recipe, perClass: 3, mostTexts: 6 }, seed: 1 };
  const tuning = await TextTuning.open(readers, textPairs(encoder.config, 1), labelled, options);
  tuning.begin({ rows: examples.map((_, i) => i) }, null);
  const losses = [await tuning.step(), await tuning.step()];
  expect(losses.every(Number.isFinite)).toBe(true);
  expect(read.mock.calls.map(([rows]) => rows.length)).toEqual([labels.length, 6, 6]);
  await tuning.release();
  await readers.release();
});
