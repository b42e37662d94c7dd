import { expect, test } from 'vitest';
import { sampleRun } from '../../../../../tests/sampleProject';
import type { Example } from '../../../../shared/domain';
import type { RunSummary } from '../../../../shared/events';
import { countChanged, countConfusions, findDisagreements } from './disagreements';

const run: RunSummary = {
  ...sampleRun,
  crossValidation: {
    folds: 2,
    texts: 4,
    correct: 1,
    accuracy: 0.25,
    low: 0,
    high: 1,
    labels: [],
    predictions: [
      { id: 'right', confidence: [0.9, 0.1], given: ['a'] },
      { id: 'unsure', confidence: [0.4, 0.6], given: ['a'] },
      { id: 'sure', confidence: [0.05, 0.95], given: ['a'] },
      { id: 'settled', confidence: [0.01, 0.99], given: ['a'] },
    ],
  },
};
const examples = new Map<string, Example>(
  ['right', 'unsure', 'sure', 'settled'].map((id) => [
    id,
    {
      id,
      projectId: 'p',
      position: 0,
      text: id,
      decision: { labels: ['a'], source: 'human', at: id === 'settled' ? 200 : 50 },
    },
  ]),
);

test('lists disagreements, surest first, without those settled since', () => {
  const found = findDisagreements(run, (id) => examples.get(id));
  expect(found.map(({ example }) => example.id)).toEqual(['sure', 'unsure']);
  expect(found[0]).toMatchObject({ given: { id: 'a' }, suggested: { id: 'b' }, confidence: 0.95 });
});

test('counts what was taken for what as it was then, whatever became of the texts', () => {
  const asMeasured = [
    [1, 3],
    [0, 0],
  ];
  const corrected = (id: string): Example | undefined => {
    const example = examples.get(id);
    const decision = { labels: ['b'], source: 'human' as const, at: 200 };
    return example && id !== 'right' ? { ...example, decision } : example;
  };
  expect(countConfusions(run, (id) => examples.get(id))).toEqual(asMeasured);
  expect(countConfusions(run, corrected)).toEqual(asMeasured);
  expect(countConfusions(run, () => undefined)).toEqual(asMeasured);
  expect(countChanged(run, (id) => examples.get(id))).toBe(0);
  expect(countChanged(run, corrected)).toBe(3);
});
