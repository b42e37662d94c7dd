import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { fitLogistic, logisticLogits, type LogisticKind } from './logisticRegression';

interface Recorded {
  name: string;
  kind: LogisticKind;
  n: number;
  d: number;
  k: number;
  c: number;
  x: number[];
  targets: number[];
  sampleWeights: number[] | null;
  weights: number[];
  bias: number[];
}

const recorded = JSON.parse(
  await readFile('tests/golden/logistic.json', 'utf8'),
) as readonly Recorded[];

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a, (value, i) => Math.abs(value - (b[i] ?? NaN))).reduce((x, y) => Math.max(x, y), 0);

describe('as scikit-learn', () => {
  it.each(recorded)('$name', ({ kind, n, d, k, c, x, targets, sampleWeights, weights, bias }) => {
    const options = { kind, c, tolerance: 1e-9, ...(sampleWeights ? { sampleWeights } : {}) };
    const model = fitLogistic(Float32Array.from(x), n, d, targets, k, options);
    expect(model.weights).toHaveLength(k * d);
    expect(largestDifference(model.weights, weights)).toBeLessThan(1e-5);
    expect(largestDifference(model.bias, bias)).toBeLessThan(1e-5);
  });

  it.each(recorded)('$name, at our own tolerance', (r) => {
    const x = Float32Array.from(r.x);
    const options = { ...r, sampleWeights: r.sampleWeights ?? new Float32Array(r.n).fill(1) };
    const model = fitLogistic(x, r.n, r.d, r.targets, r.k, options);
    const exact = { weights: Float32Array.from(r.weights), bias: Float32Array.from(r.bias) };
    const [logits, wanted] = [logisticLogits(model, x, r.n), logisticLogits(exact, x, r.n)];
    expect(largestDifference(logits, wanted)).toBeLessThan(5e-3);
  });
});

/** n points around one corner per label, far apart. */
function corners(n: number, k: number): { x: Float32Array; targets: number[] } {
  const targets = Array.from({ length: n }, (_, i) => i % k);
  const x = new Float32Array(n * k);
  targets.forEach((label, i) => {
    for (let j = 0; j < k; j++) x[i * k + j] = (j === label ? 1 : 0) + 0.01 * Math.sin(7 * i + j);
  });
  return { x, targets };
}

it('learns from the given rows only', () => {
  const { x, targets } = corners(30, 3);
  const rows = targets.flatMap((_, i) => (i % 5 ? [i] : []));
  const taken = Float32Array.from(rows.flatMap((row) => [...x.subarray(row * 3, row * 3 + 3)]));
  const alone = fitLogistic(
    taken,
    rows.length,
    3,
    rows.map((row) => targets[row] ?? 0),
    3,
    { kind: 'softmax', c: 10 },
  );
  expect(fitLogistic(x, 30, 3, targets, 3, { kind: 'softmax', c: 10, rows })).toEqual(alone);
});

it('gives a label without a text a small constant chance, and learns the others', () => {
  const { x, targets } = corners(20, 2);
  const two = fitLogistic(x, 20, 2, targets, 2, { kind: 'softmax', c: 10 });
  const three = fitLogistic(x, 20, 2, targets, 3, { kind: 'softmax', c: 10 });
  expect(three.weights).toEqual(Float32Array.of(...two.weights, 0, 0));
  expect(three.bias[2]).toBeCloseTo(-Math.log(41), 6);
});

it('answers a question that always had the same answer by the rule of succession', () => {
  const { x, targets } = corners(12, 2);
  const answers = targets.flatMap((label) => [0, label, 1]);
  const model = fitLogistic(x, 12, 2, answers, 3, { kind: 'sigmoid', c: 10 });
  expect(model.bias[0]).toBeCloseTo(Math.log(0.5 / 12.5), 6);
  expect(model.bias[2]).toBeCloseTo(Math.log(12.5 / 0.5), 6);
  expect([...model.weights.subarray(0, 2), ...model.weights.subarray(4)]).toEqual([0, 0, 0, 0]);
  expect(Math.abs(model.weights[2] ?? 0)).toBeGreaterThan(1);
});

it('has nothing to learn from one label, equal texts or no rows', () => {
  const same = new Float32Array(8 * 4).fill(0.5);
  const labels = [0, 0, 0, 1, 1, 1, 1, 1];
  const { weights, bias } = fitLogistic(same, 8, 4, labels, 2, { kind: 'softmax', c: 10 });
  expect(Math.max(...weights.map(Math.abs))).toBeLessThan(1e-6);
  expect((bias[1] ?? 0) - (bias[0] ?? 0)).toBeCloseTo(Math.log(5 / 3), 3);
  const one = fitLogistic(same, 8, 4, new Array(8).fill(0) as number[], 1, {
    kind: 'softmax',
    c: 1,
  });
  expect(one).toEqual({ weights: new Float32Array(4), bias: new Float32Array(1) });
  const none = fitLogistic(same, 8, 4, labels, 2, { kind: 'sigmoid', c: 10, rows: [] });
  expect(none).toEqual({ weights: new Float32Array(8), bias: new Float32Array(2) });
});
