import { describe, expect, it } from 'vitest';
import type { Learned } from '../evaluation/learned';
import type { Plan } from './plan';
import type { Supposed } from './selfTraining';
import { crossValidation, describeRecipe } from './summary';

describe('crossValidation', () => {
  it('keeps with each answer the labels that the text had', () => {
    const names = ['a', 'b'].map((id) => ({ id, name: id }));
    const labelled = {
      task: { kind: 'single' as const, template: '', labels: names },
      ...{ texts: ['x', 'y'], rows: [], labels: [[1], [0]], targets: new Float32Array() },
    };
    const said = crossValidation(labelled, ['1', '2'], new Float32Array([0, 9, 0, 9]), 2);
    expect(said.predictions.map(({ id, given }) => [id, given])).toEqual([
      ['1', ['b']],
      ['2', ['a']],
    ]);
    expect(said.correct).toBe(1);
  });
});

describe('describeRecipe', () => {
  const learned = (kind: Learned['task']['kind'], names: readonly string[]): Learned => ({
    task: { kind, template: '', labels: names.map((name) => ({ id: name, name })) },
    ...{ entailment: null, linear: null, tuned: null },
    bias: new Float32Array(names.length),
  });
  const taught = (rarity: readonly number[], targets: readonly number[] = []): Supposed => ({
    ...{ rarity, targets, vectors: new Float32Array(), tuned: null },
  });
  const plan: Plan = {
    ...{ tunesTokens: false, deep: false, questionPairs: [], linear: true, pairs: [] },
    parameters: { learned: 0, base: 1, share: 0, parts: [] },
  };

  it('names the labels that are rare among the texts without a label', () => {
    const said = describeRecipe(
      learned('single', ['Billing', 'Praise', 'Other']),
      plan,
      taught([1, 0.2, 0.5], [0, 0, 1]),
    );
    expect(said).toEqual([
      '3 texts without a label took part too, each with the label that it most likely has.',
      'Rare among the texts without a label, and so given less readily: “Praise”, “Other”.',
    ]);
  });

  it('calls the answers of a yes-or-no question yes and no', () => {
    const said = describeRecipe(learned('yes-no', ['Angry']), plan, taught([1, 0.3]));
    expect(said).toEqual([
      'Rare among the texts without a label, and so given less readily: “yes”.',
    ]);
  });

  it('says nothing of texts that were not there', () => {
    expect(describeRecipe(learned('single', ['a', 'b']), plan, null)).toEqual([]);
  });
});
