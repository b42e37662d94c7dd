import { expect, it } from 'vitest';
import { createRandom } from './random';
import { fitStack, stackScores, type StackKind } from './stack';

/** Cross-entropy of stacked scores, written down a second time and slowly. */
function crossEntropy(
  experts: readonly Float32Array[],
  weights: readonly number[],
  targets: readonly number[],
  k: number,
  kind: StackKind,
): number {
  const scores = Array.from(experts[0] ?? [], (_, i) =>
    experts.reduce((sum, expert, e) => sum + (weights[e] ?? 0) * (expert[i] ?? 0), 0),
  );
  if (kind === 'sigmoid')
    return targets.reduce(
      (sum, y, i) => sum + Math.log(1 + Math.exp((y ? -1 : 1) * (scores[i] ?? 0))),
      0,
    );
  return targets.reduce((sum, label, t) => {
    const row = scores.slice(t * k, (t + 1) * k);
    return sum + Math.log(row.reduce((total, s) => total + Math.exp(s), 0)) - (row[label] ?? 0);
  }, 0);
}

/** Experts that see the truth through noise; `clarity` of each says how well. */
function experts(n: number, k: number, clarity: readonly number[], kind: StackKind) {
  const random = createRandom(11);
  const targets = Array.from({ length: kind === 'softmax' ? n : n * k }, () =>
    random.integer(kind === 'softmax' ? k : 2),
  );
  const isTrue = (i: number) =>
    kind === 'softmax' ? targets[Math.floor(i / k)] === i % k : targets[i] === 1;
  const scores = clarity.map((clear) =>
    Float32Array.from({ length: n * k }, (_, i) => clear * (isTrue(i) ? 1 : -1) + random.normal()),
  );
  return { scores, targets };
}

const kinds: StackKind[] = ['softmax', 'sigmoid'];

it.each(kinds)('%s: no weights nearby are better', (kind) => {
  const { scores, targets } = experts(60, 3, [0.8, 0.3, 0.1], kind);
  const prior = [1, 0.5, 0];
  const firmness = 2;
  const found = fitStack(scores, targets, 60, 3, { kind, prior, firmness });
  const cost = (weights: readonly number[]) =>
    crossEntropy(scores, weights, targets, 3, kind) +
    (firmness / 2) * weights.reduce((sum, w, i) => sum + (w - (prior[i] ?? 0)) ** 2, 0);
  const least = cost(found);
  const random = createRandom(1);
  for (const size of [0.001, 0.01, 0.1, 1])
    for (let tries = 0; tries < 50; tries++)
      expect(cost(found.map((w) => Math.max(0, w + size * random.normal())))).toBeGreaterThan(
        least,
      );
});

it.each(kinds)('%s: trusts who knows, and never one who is wrong', (kind) => {
  const { scores, targets } = experts(200, 3, [1, 0, -1], kind);
  const [good = 0, ignorant = 0, wrong] = fitStack(scores, targets, 200, 3, {
    kind,
    prior: [0.3, 0.3, 0.3],
  });
  expect(good).toBeGreaterThan(1);
  expect(ignorant).toBeLessThan(0.3);
  expect(wrong).toBe(0);
});

it('finds the temperature of a single expert that is too sure', () => {
  const random = createRandom(4);
  const honest = Float32Array.from({ length: 3000 }, () => 2 * random.normal());
  const targets = Array.from(honest, (s) => (random.next() < 1 / (1 + Math.exp(-s)) ? 1 : 0));
  const [weight = 0] = fitStack([honest.map((s) => 5 * s)], targets, 3000, 1, {
    kind: 'sigmoid',
    prior: [1],
  });
  expect(5 * weight).toBeGreaterThan(0.9);
  expect(5 * weight).toBeLessThan(1.1);
});

it('stays at the prior without texts, and near it with few', () => {
  const options = { kind: 'softmax', prior: [1, 0.5] } as const;
  expect(fitStack([new Float32Array(0), new Float32Array(0)], [], 0, 3, options)).toEqual([1, 0.5]);
  const { scores, targets } = experts(2, 3, [1, 1], 'softmax');
  const loose = fitStack(scores, targets, 2, 3, { ...options, firmness: 0.01 });
  const firm = fitStack(scores, targets, 2, 3, { ...options, firmness: 100 });
  const distance = (weights: readonly number[]) =>
    Math.hypot((weights[0] ?? 0) - 1, (weights[1] ?? 0) - 0.5);
  expect(distance(firm)).toBeLessThan(0.1);
  expect(distance(loose)).toBeGreaterThan(distance(firm));
});

it('manages experts that say the same, and answers without a mistake', () => {
  const { scores, targets } = experts(30, 3, [9], 'softmax');
  const same = [scores[0], scores[0]].flatMap((s) => s ?? []);
  const [first = 0, second = 0] = fitStack(same, targets, 30, 3, {
    kind: 'softmax',
    prior: [1, 1],
  });
  expect(first).toBeCloseTo(second, 6);
  const free = fitStack(same, targets, 30, 3, { kind: 'softmax', prior: [1, 1], firmness: 0 });
  expect(free.every((w) => Number.isFinite(w) && w >= 0)).toBe(true);
});

it('sums the experts with their weights', () => {
  const scores = stackScores([Float32Array.of(1, 2), Float32Array.of(10, 20)], [2, 0.5]);
  expect(scores).toEqual(Float32Array.of(7, 14));
  expect(stackScores([], [])).toEqual(new Float32Array(0));
});
