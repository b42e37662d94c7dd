import { describe, expect, it } from 'vitest';
import { evenlySpread, poolOf } from './pool';

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('evenlySpread', () => {
  it('takes all where there are few', () => {
    expect(evenlySpread(numbers(3), 5)).toEqual([0, 1, 2]);
    expect(evenlySpread([], 5)).toEqual([]);
  });

  it('takes them from all over, none twice', () => {
    expect(evenlySpread(numbers(10), 5)).toEqual([0, 2, 4, 6, 8]);
    expect(evenlySpread(numbers(7), 3)).toEqual([0, 2, 4]);
  });
});

it('the pool of a large table is small', () => {
  const pool = poolOf(numbers(100_000));
  expect(pool.length).toBe(150);
  expect(new Set(pool).size).toBe(150);
  expect(pool.at(-1)).toBeGreaterThan(99_000);
});
