import { describe, expect, it } from 'vitest';
import { createRandom } from './random';
import { fitStack, stackLogits, type StackKind, type StackOptions } from './stack';

const n = 60;
const k = 3;

/** Experts that see the truth through noise; `clarity` of each says how well. */
function experts(clarity: readonly number[], kind: StackKind) {
  const random = createRandom(11);
  const targets = new Float32Array(n * k);
  for (let text = 0; text < n; text++)
    if (kind === 'softmax') targets[text * k + random.integer(k)] = 1;
    else for (let c = 0; c < k; c++) targets[text * k + c] = random.integer(2);
  const scores = clarity.map((clear) =>
    targets.map((target) => clear * (target === 1 ? 1 : -1) + random.normal()),
  );
  return { scores, targets };
}

/** The objective, written down a second time and slowly. */
function cost(
  scores: readonly Float32Array[],
  targets: Float32Array,
  { kind, prior, pull, biasPenalty }: StackOptions,
  weights: readonly number[],
  bias: readonly number[],
): number {
  const logits = stackLogits(scores, { weights, bias });
  let loss = 0;
  for (let text = 0; text < n; text++) {
    const row = [...logits.subarray(text * k, (text + 1) * k)];
    const total = row.reduce((sum, z) => sum + Math.exp(z), 0);
    row.forEach((z, c) => {
      const target = targets[text * k + c] ?? 0;
      loss -=
        kind === 'softmax'
          ? target * Math.log(Math.exp(z) / total)
          : Math.log(target === 1 ? 1 / (1 + Math.exp(-z)) : 1 / (1 + Math.exp(z))) / k;
    });
  }
  const square = (values: readonly number[]) => values.reduce((sum, x) => sum + x * x, 0);
  const off = weights.map((w, i) => w - (prior[i] ?? 0));
  return loss / n + pull * square(off) + biasPenalty * square(bias);
}

describe.each<StackKind>(['softmax', 'sigmoid'])('%s', (kind) => {
  const options = { kind, prior: [0.5, 0.5, 0], pull: 0.01, biasPenalty: 0.1 };

  it('finds weights that none nearby are better than', () => {
    const { scores, targets } = experts([0.8, 0.3, 0.1], kind);
    const { weights, bias } = fitStack(scores, targets, n, k, options);
    const least = cost(scores, targets, options, weights, bias);
    const random = createRandom(1);
    for (const size of [0.01, 0.1, 1])
      for (let tries = 0; tries < 50; tries++) {
        const near = weights.map((w) => Math.max(0, w + size * random.normal()));
        const nearBias = bias.map((b) => b + size * random.normal());
        expect(cost(scores, targets, options, near, nearBias)).toBeGreaterThan(least - 1e-9);
      }
  });

  it('gives no weight to an expert that is always wrong', () => {
    const { scores, targets } = experts([1, -1], kind);
    const { weights } = fitStack(scores, targets, n, k, { ...options, prior: [0.5, 0.5] });
    expect(weights[0]).toBeGreaterThan(0.5);
    expect(weights[1]).toBe(0);
  });

  it('leaves all experts out when all are wrong, and keeps the bias', () => {
    const { scores, targets } = experts([-1, -1], kind);
    targets.fill(0);
    for (let text = 0; text < n; text++) targets[text * k + 1] = 1;
    const wrong = scores.map((each) => each.map((_, i) => (i % k === 1 ? -3 : 3)));
    const { weights, bias } = fitStack(wrong, targets, n, k, { ...options, prior: [0, 0] });
    expect(weights).toEqual([0, 0]);
    expect(bias[1]).toBeGreaterThan(bias[0] ?? 0);
  });

  it('stays at the prior without texts', () => {
    const none = [new Float32Array(), new Float32Array()];
    expect(fitStack(none, [], 0, k, options).weights).toEqual([0.5, 0.5]);
  });

  it('learns what is more common from the bias', () => {
    const flat = [new Float32Array(n * k)];
    const targets = new Float32Array(n * k);
    for (let text = 0; text < n; text++) targets[text * k + (text % 4 === 0 ? 1 : 0)] = 1;
    const { bias } = fitStack(flat, targets, n, k, { ...options, prior: [1], biasPenalty: 0.001 });
    expect(bias[0]).toBeGreaterThan(bias[1] ?? 0);
    expect(bias[1]).toBeGreaterThan(bias[2] ?? 0);
  });
});
