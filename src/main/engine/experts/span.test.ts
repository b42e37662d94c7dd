import { expect, it } from 'vitest';
import { createRandom } from './random';
import { spanOf } from './span';

it('keeps every inner product, in as many dimensions as there are', () => {
  const random = createRandom(3);
  const [n, d] = [7, 40];
  const x = Float64Array.from({ length: n * d }, () => random.normal());
  x.copyWithin(2 * d, 0, d); // row 2 is row 0
  for (let j = 0; j < d; j++) x[5 * d + j] = (x[j] ?? 0) - 2 * (x[d + j] ?? 0);
  const { rank, coordinates, expand } = spanOf(x, n, d);
  expect(rank).toBe(5);
  const product = (values: Float64Array, size: number, a: number, b: number) =>
    Array.from({ length: size }).reduce<number>(
      (sum, _, j) => sum + (values[a * size + j] ?? 0) * (values[b * size + j] ?? 0),
      0,
    );
  for (let a = 0; a < n; a++)
    for (let b = 0; b < n; b++)
      expect(product(coordinates, rank, a, b)).toBeCloseTo(product(x, d, a, b), 9);
  expand(coordinates, n).forEach((value, i) => expect(value).toBeCloseTo(x[i] ?? NaN, 9));
});

it('finds no dimension in nothing', () => {
  expect(spanOf(new Float64Array(6), 3, 2).rank).toBe(0);
});
