// Every part that a task may learn, alone and together: trained on the toy encoder, stored, read back
// and exported, it always says the same.
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { toyEncoder } from '../../../tests/toyEncoder';
import type { Task } from '../../shared/domain';
import type { RunSummary } from '../../shared/events';
import { createEngine } from './engine';
import { defaultRecipe, type Recipe } from './training/recipe';

const task: Task = {
  kind: 'single',
  template: 'this is about',
  labels: ['delivery', 'payment', 'app'].map((name) => ({ id: name, name })),
};
const examples = [
  ['the parcel came late again', 'delivery'],
  ['my order never arrived', 'delivery'],
  ['shipping was slow and expensive', 'delivery'],
  ['the card payment is wrong', 'payment'],
  ['refund my money please', 'payment'],
  ['the price on my account', 'payment'],
  ['the app is broken', 'app'],
  ['screen crash on login', 'app'],
  ['a bug in the new app', 'app'],
].map(([text = '', label = ''], i) => ({ id: String(i), text, labels: [label] }));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'handful-parts-'));
  const encoder = path.join(folder, 'resources', 'encoders', 'toy');
  await cp(toyEncoder, encoder, { recursive: true });
  await writeFile(path.join(encoder, 'tokenizer_config.json'), '{"model_max_length": 32}');
  await writeFile(path.join(encoder, 'special_tokens_map.json'), '{"pad_token": "[PAD]"}');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const cases: [string, Partial<Recipe['tokens']>, Partial<Recipe['text']>, string[]][] = [
  ['tokens', {}, { rank: 0 }, ['words of template and labels']],
  ['deep tokens', { deep: true }, { rank: 0 }, ['words at every layer']],
  ['low-rank updates of the question', { rank: 1 }, { rank: 0 }, ['how questions are read']],
  [
    'all of them',
    { deep: true, rank: 1 },
    { rank: 1 },
    ['words at every layer', 'how questions are read', 'how texts are read'],
  ],
];

it.each(cases)('learns, keeps and exports %s', async (name, tokens, text, parts) => {
  const recipe: Recipe = {
    ...defaultRecipe,
    tokens: { ...defaultRecipe.tokens, passes: 100, mostSteps: 6, ...tokens },
    text: { ...defaultRecipe.text, mostSteps: 4, fewestSteps: 4, ...text },
    // The toy encoder has so few numbers that 3 % of them would hold nothing.
    largestShare: 1,
    // And it knows nothing: every part is to be heard all the same.
    stack: { ...defaultRecipe.stack, pull: 10 },
  };
  const engine = createEngine(
    { data: path.join(folder, 'data'), resources: path.join(folder, 'resources'), entry: null },
    recipe,
  );
  const runId = name.replaceAll(' ', '-');
  let summary: RunSummary | null = null;
  const never = new AbortController().signal;
  for await (const event of engine.training.run(
    { runId, encoder: 'toy', task, examples, watch: [], pool: [], seed: 1 },
    never,
  ))
    if (event.type === 'finished') ({ summary } = event);
  const learned = summary?.parameters.parts.map(({ part }) => part);
  expect(learned).toEqual(expect.arrayContaining(parts));

  const { largestDifference } = await engine.classifiers.export({ runId, name: runId });
  expect(largestDifference).toBeLessThan(1e-4);
  const opened = await engine.classifiers.open({
    path: path.join(folder, 'data', 'exports', runId, `${runId}.zip`),
  });
  const predictions = async (id: string) => {
    const texts = examples.map(({ id: textId, text: own }) => ({ id: textId, text: own }));
    const all = [];
    for await (const some of engine.predictions.run(
      { classifier: { kind: 'trained', runId: id }, texts },
      never,
    ))
      all.push(...some);
    return all;
  };
  expect(await predictions(opened.runId)).toEqual(await predictions(runId));
});
