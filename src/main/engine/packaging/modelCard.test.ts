import { describe, expect, it } from 'vitest';
import { type RunSummary } from '../../../shared/events';
import { type BundleSource } from './bundle';
import { writeModelCard } from './modelCard';

const summary: RunSummary = {
  runId: 'run-1',
  encoder: 'handful-mini',
  task: {
    kind: 'single',
    template: 'This is about',
    labels: [
      { id: 'a', name: 'late | lost\n# parcel', description: 'It has <b>not</b> come.' },
      { id: 'b', name: 'money' },
    ],
  },
  createdAt: Date.UTC(2026, 0, 31, 12),
  seed: 7,
  temperature: 1,
  stoppedEarly: false,
  provider: 'cpu',
  parameters: {
    learned: 454_000,
    base: 22_713_216,
    share: 0.01999,
    parts: [{ part: 'label tokens', numbers: 454_000 }],
  },
  crossValidation: {
    folds: 4,
    texts: 24,
    correct: 21,
    accuracy: 0.875,
    low: 0.69,
    high: 0.957,
    labels: [
      { labelId: 'b', examples: 10, found: 9, wronglyGiven: 2 },
      { labelId: 'a', examples: 14, found: 12, wronglyGiven: 1 },
    ],
    predictions: [],
  },
  losses: [1, 0.5, 0.25],
  parts: [{ part: 'words', steps: 3 }],
  seconds: [],
  recipe: ['The words of the labels count for 60 %.'],
  cutTexts: [{ id: 't', tokens: 300, kept: 256 }],
};
const source: BundleSource = {
  name: 'Customer messages',
  summary,
  encoderFolder: '',
  model: new Uint8Array(),
  taskFile: '',
  maxTextTokens: 256,
  golden: [],
};
const facts = { base: 'all-MiniLM-L6-v2', licence: 'Apache-2.0', language: 'en' };
const cardOf = (changes: Partial<RunSummary> = {}, more: Partial<BundleSource> = {}) =>
  writeModelCard({ ...source, ...more, summary: { ...summary, ...changes } }, facts);

describe('writeModelCard', () => {
  it('gives each label its own counts, and no markup of the user', () => {
    expect(cardOf()).toContain(
      '| late \\| lost \\# parcel | It has \\<b\\>not\\</b\\> come. | 14 | 12 of 14 | 1 |',
    );
    expect(cardOf()).toContain('| money |  | 10 | 9 of 10 | 2 |');
    expect(cardOf({}, { examplesPerLabel: [15, 11] })).toContain('| money |  | 11 | 9 of 10 | 2 |');
  });

  it('never states a score without its count and its interval', () => {
    expect(cardOf()).toContain('21 of 24 texts were judged correctly (88 %).');
    expect(cardOf()).toContain('between 69 % and 96 %');
  });

  it('says so where nothing was measured', () => {
    const card = cardOf({ crossValidation: null });
    expect(card).toContain('Nobody knows');
    expect(card).toContain('| money |  | not recorded | not measured | not measured |');
    expect(card).not.toMatch(/NaN|undefined|null/);
  });

  it('says what was learned, on what, and its share', () => {
    const card = cardOf({ stoppedEarly: true });
    expect(card).toContain('"handful-mini", made from all-MiniLM-L6-v2, of 22,713,216 numbers');
    expect(card).toContain('added 454,000 numbers (2.00 % of it)');
    expect(card).toContain('The words of the labels count for 60 %.');
    expect(card).toContain('Trained on 2026-01-31 in 3 steps, seed 7.');
    expect(card).toContain('stopped early');
    expect(card).toContain('first 256 tokens');
    expect(card).toContain('texts in English.');
    expect(card).toContain('1 of the texts it was trained on was longer');
  });

  it('speaks of one answer, several, or yes and no', () => {
    const ofKind = (kind: 'multi' | 'yes-no') => cardOf({ task: { ...summary.task, kind } });
    expect(cardOf()).toContain('always gives one of its labels');
    expect(ofKind('multi')).toContain('any number of 2 labels, or none');
    expect(ofKind('multi')).toContain('had all their labels right');
    expect(ofKind('yes-no')).toContain('says whether');
    expect(ofKind('yes-no')).not.toContain('always gives one');
  });
});
