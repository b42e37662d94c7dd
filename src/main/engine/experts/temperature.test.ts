import { expect, it } from 'vitest';
import { createRandom } from './random';
import { fitTemperature } from './temperature';

/** Texts whose labels are drawn from the softmax of `logits`, which are then made `sureness` times as large. */
function drawn(n: number, k: number, sureness: number) {
  const random = createRandom(4);
  const logits = new Float32Array(n * k);
  const targets = new Float32Array(n * k);
  for (let i = 0; i < n; i++) {
    const row = Array.from({ length: k }, () => 2 * random.normal());
    const total = row.reduce((sum, z) => sum + Math.exp(z), 0);
    let at = random.next() * total;
    const label = row.findIndex((z) => (at -= Math.exp(z)) < 0);
    targets[i * k + Math.max(0, label)] = 1;
    logits.set(
      row.map((z) => z * sureness),
      i * k,
    );
  }
  return { logits, targets };
}

it('finds by how much answers are too sure, or not sure enough', () => {
  for (const sureness of [0.5, 1, 3]) {
    const { logits, targets } = drawn(4000, 3, sureness);
    const found = fitTemperature('softmax', logits, targets, 3, 0);
    expect(found / sureness).toBeGreaterThan(0.93);
    expect(found / sureness).toBeLessThan(1.07);
  }
});

it('does so for labels that are answered alone', () => {
  const random = createRandom(9);
  const logits = Float32Array.from({ length: 4000 }, () => 2 * random.normal());
  const targets = logits.map((z) => (random.next() < 1 / (1 + Math.exp(-z)) ? 1 : 0));
  const doubled = logits.map((z) => 2 * z);
  const found = fitTemperature('sigmoid', doubled, targets, 2, 0);
  expect(found).toBeGreaterThan(1.85);
  expect(found).toBeLessThan(2.15);
});

it('stays near 1 with little to go by, and within bounds with contradictions', () => {
  const { logits, targets } = drawn(12, 2, 3);
  const free = fitTemperature('softmax', logits, targets, 2, 0);
  const held = fitTemperature('softmax', logits, targets, 2, 0.3);
  expect(Math.abs(Math.log(held))).toBeLessThan(Math.abs(Math.log(free)));
  expect(fitTemperature('softmax', new Float32Array(), [], 2, 0)).toBe(1);
  const wrong = fitTemperature('softmax', Float32Array.of(5, -5), [0, 1], 2, 0);
  expect(wrong).toBeCloseTo(4, 1);
});
