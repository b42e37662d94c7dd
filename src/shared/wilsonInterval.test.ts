import { expect, it } from 'vitest';
import { wilsonInterval } from './wilsonInterval';

// By definition the ends are the shares p with |correct / total - p| = z * sqrt(p (1 - p) / total).
it.each([
  [8, 10],
  [1, 3],
  [912, 1000],
  [17, 64],
])('%i of %i: both ends are 1.96 deviations away', (correct, total) => {
  const { low, high } = wilsonInterval(correct, total);
  for (const p of [low, high]) {
    const deviations = Math.abs(correct / total - p) / Math.sqrt((p * (1 - p)) / total);
    expect(deviations).toBeCloseTo(1.96, 3);
  }
  expect(low).toBeLessThan(correct / total);
  expect(high).toBeGreaterThan(correct / total);
});

it.each([
  [0, 20, 0, 0.16],
  [20, 20, 0.84, 1],
  [0, 0, 0, 1],
])('%i of %i: from %d to %d', (correct, total, low, high) => {
  const interval = wilsonInterval(correct, total);
  expect(interval.low).toBeCloseTo(low, 2);
  expect(interval.high).toBeCloseTo(high, 2);
});
