import { describe, expect, it } from 'vitest';
import { lengthBatches } from './batches';

const lengthsOf = (lengths: readonly number[]) =>
  lengthBatches(lengths).map((batch) => batch.map((i) => lengths[i]));

describe('lengthBatches', () => {
  it('keeps rows of similar length together, longest first', () => {
    expect(lengthBatches([10, 12, 11])).toEqual([[1, 2, 0]]);
  });

  it('does not pad many short rows to the length of one long row', () => {
    expect(lengthsOf([...Array<number>(7).fill(10), 256])).toEqual([
      [256],
      Array<number>(7).fill(10),
    ]);
  });

  it('pads where a pass of its own would take longer', () => {
    expect(lengthsOf([40, 10, 10])).toEqual([[40, 10, 10]]);
  });

  it('fills batches, and no further', () => {
    expect(lengthsOf(Array<number>(200).fill(5)).map(({ length }) => length)).toEqual([
      64, 64, 64, 8,
    ]);
    expect(lengthsOf(Array<number>(16).fill(256)).map(({ length }) => length)).toEqual([8, 8]);
  });

  it('leaves a row that is too long for a batch alone', () => {
    expect(lengthsOf([3000, 3000, 5])).toEqual([[3000], [3000], [5]]);
  });

  it('loses no row', () => {
    const lengths = Array.from({ length: 500 }, (_, i) => 1 + ((i * 7919) % 256));
    const all = lengthBatches(lengths).flat();
    expect(all.toSorted((a, b) => a - b)).toEqual(lengths.map((_, i) => i));
    expect(all.map((i) => lengths[i])).toEqual(lengths.toSorted((a, b) => b - a));
    for (const batch of lengthBatches(lengths))
      expect((lengths[batch[0] ?? -1] ?? NaN) * batch.length).toBeLessThanOrEqual(2048);
    expect(lengthBatches([])).toEqual([]);
  });
});
