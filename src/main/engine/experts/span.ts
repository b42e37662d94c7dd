// The space that a few vectors of many dimensions span: coordinates in it keep every inner product, so
// that whatever depends on those alone (a penalised linear model) can be fitted in far fewer dimensions.
import { addRow, addTransposedProduct, dot, multiplyTransposed } from './multiply';

export interface Span {
  /** Dimensions of the space; at most n. */
  readonly rank: number;
  /** [n, rank] */
  readonly coordinates: Float64Array;
  /** Vectors of the space, given by their coordinates [k, rank], in the original dimensions [k, d]. */
  readonly expand: (vectors: Float64Array, k: number) => Float64Array;
}

/** A vector whose square differs by less than this share from one of the space so far is taken for one. */
const negligible = 1e-12;

/**
 * Coordinates of the rows of x [n, d]. With G = x x^T = L L^T (Cholesky, without the rows that depend on
 * earlier ones) the rows of L are such coordinates: row i of x is sum_j L[i, j] q_j, the q orthonormal.
 */
export function spanOf(x: Float64Array, n: number, d: number): Span {
  const gram = lowerGram(x, n, d);
  const rows = Array.from({ length: n }, () => new Float64Array(n));
  /** Rows of x that opened a new dimension, in their order. */
  const basis: number[] = [];
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, gram[i * n + i] ?? 0);
  rows.forEach((row, i) => {
    basis.forEach((b, j) => {
      const other = rows[b] ?? row;
      row[j] = ((gram[i * n + b] ?? 0) - dot(row, 0, other, 0, j)) / (other[j] ?? 1);
    });
    const rest = (gram[i * n + i] ?? 0) - dot(row, 0, row, 0, basis.length);
    if (rest > negligible * largest) {
      row[basis.length] = Math.sqrt(rest);
      basis.push(i);
    }
  });
  const rank = basis.length;
  const coordinates = new Float64Array(n * rank);
  rows.forEach((row, i) => coordinates.set(row.subarray(0, rank), i * rank));
  return {
    rank,
    coordinates,
    expand(vectors, k) {
      // The q are L^-1 times the basis rows, so v . q = (L^-T v) . rows: solved from the last row up.
      const shares = new Float64Array(n * k);
      for (let c = 0; c < k; c++) {
        const rest = vectors.slice(c * rank, (c + 1) * rank);
        for (let j = rank - 1; j >= 0; j--) {
          const place = basis[j] ?? 0;
          const row = rows[place] ?? rest;
          const share = (rest[j] ?? 0) / (row[j] ?? 1);
          addRow(-share, row, 0, rest, 0, j);
          shares[place * k + c] = share;
        }
      }
      const out = new Float64Array(k * d);
      addTransposedProduct(shares, x, out, n, k, d);
      return out;
    },
  };
}

/** x x^T [n, n] up to the diagonal, and a little beyond it; the rest stays 0. */
function lowerGram(x: Float64Array, n: number, d: number): Float64Array {
  const gram = new Float64Array(n * n);
  const block = 64;
  for (let from = 0; from < n; from += block) {
    const to = Math.min(n, from + block);
    const products = new Float64Array((to - from) * to);
    multiplyTransposed(x.subarray(from * d), x, products, to - from, to, d);
    for (let i = from; i < to; i++)
      gram.set(products.subarray((i - from) * to, (i - from + 1) * to), i * n);
  }
  return gram;
}
