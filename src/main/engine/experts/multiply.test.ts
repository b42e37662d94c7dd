import { expect, it } from 'vitest';
import { addTransposedProduct, multiplyTransposed } from './multiply';

const numbers = (length: number, seed: number) =>
  Float64Array.from({ length }, (_, i) => Math.round(10 * Math.sin(seed + 3 * i)));

const sizes = [1, 2, 3, 4, 5, 9].flatMap((n) =>
  [1, 2, 3, 5, 8].flatMap((k) => [1, 2, 7].map((d) => [n, k, d] as const)),
);

it.each(sizes)('multiplies %i rows, %i columns, %i dimensions', (n, k, d) => {
  const [a, b, p] = [numbers(n * d, 1), numbers(k * d, 2), numbers(n * k, 3)];
  const product = new Float64Array(n * k);
  multiplyTransposed(a, b, product, n, k, d);
  const back = numbers(k * d, 4);
  addTransposedProduct(p, a, back, n, k, d);

  const wantedProduct = new Float64Array(n * k);
  const wantedBack = numbers(k * d, 4);
  for (let i = 0; i < n; i++)
    for (let c = 0; c < k; c++)
      for (let j = 0; j < d; j++) {
        wantedProduct[i * k + c] =
          (wantedProduct[i * k + c] ?? 0) + (a[i * d + j] ?? 0) * (b[c * d + j] ?? 0);
        wantedBack[c * d + j] =
          (wantedBack[c * d + j] ?? 0) + (p[i * k + c] ?? 0) * (a[i * d + j] ?? 0);
      }
  expect(product).toEqual(wantedProduct);
  expect(back).toEqual(wantedBack);
});
