// The two matrix products that the experts spend their time in. Row-major; several rows and columns at
// once, since a value that is loaded from memory should be used more than once.

export type Numbers = Float32Array | Float64Array;

/** out [n, k] = a [n, d] times the transpose of b [k, d]. */
export function multiplyTransposed(
  a: Numbers,
  b: Numbers,
  out: Float64Array,
  n: number,
  k: number,
  d: number,
): void {
  let i = 0;
  for (; i + 1 < n; i += 2) {
    let c = 0;
    for (; c + 3 < k; c += 4) twoByFour(a, i * d, b, c * d, out, i * k + c, k, d);
    for (; c < k; c++) {
      out[i * k + c] = dot(a, i * d, b, c * d, d);
      out[(i + 1) * k + c] = dot(a, (i + 1) * d, b, c * d, d);
    }
  }
  if (i < n) for (let c = 0; c < k; c++) out[i * k + c] = dot(a, i * d, b, c * d, d);
}

/** out [k, d] += the transpose of a [n, k] times b [n, d]. */
export function addTransposedProduct(
  a: Numbers,
  b: Numbers,
  out: Float64Array,
  n: number,
  k: number,
  d: number,
): void {
  let i = 0;
  for (; i + 3 < n; i += 4) {
    let c = 0;
    for (; c + 1 < k; c += 2) addFourToTwo(a, i * k + c, k, b, i * d, out, c * d, d);
    if (c < k) for (let r = i; r < i + 4; r++) addRow(a[r * k + c] ?? 0, b, r * d, out, c * d, d);
  }
  for (; i < n; i++) for (let c = 0; c < k; c++) addRow(a[i * k + c] ?? 0, b, i * d, out, c * d, d);
}

/** The product of d numbers of `a` from `i` on with d numbers of `b` from `j` on. */
export function dot(a: Numbers, i: number, b: Numbers, j: number, d: number): number {
  let [even, odd, at] = [0, 0, 0];
  for (; at + 1 < d; at += 2) {
    even += (a[i + at] ?? 0) * (b[j + at] ?? 0);
    odd += (a[i + at + 1] ?? 0) * (b[j + at + 1] ?? 0);
  }
  return at < d ? even + odd + (a[i + at] ?? 0) * (b[j + at] ?? 0) : even + odd;
}

/** Two rows of `a` from `i` on times four of `b` from `j` on, to out[o..] in rows of k. */
function twoByFour(
  a: Numbers,
  i: number,
  b: Numbers,
  j: number,
  out: Float64Array,
  o: number,
  k: number,
  d: number,
): void {
  let [s0, s1, s2, s3, t0, t1, t2, t3] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let at = 0; at < d; at++) {
    const x = a[i + at] ?? 0;
    const y = a[i + d + at] ?? 0;
    const b0 = b[j + at] ?? 0;
    const b1 = b[j + d + at] ?? 0;
    const b2 = b[j + 2 * d + at] ?? 0;
    const b3 = b[j + 3 * d + at] ?? 0;
    s0 += x * b0;
    s1 += x * b1;
    s2 += x * b2;
    s3 += x * b3;
    t0 += y * b0;
    t1 += y * b1;
    t2 += y * b2;
    t3 += y * b3;
  }
  out[o] = s0;
  out[o + 1] = s1;
  out[o + 2] = s2;
  out[o + 3] = s3;
  out[o + k] = t0;
  out[o + k + 1] = t1;
  out[o + k + 2] = t2;
  out[o + k + 3] = t3;
}

/** Four rows of `b` from `j` on, weighted by a[i..] of two neighbouring columns, added to two of `out`. */
function addFourToTwo(
  a: Numbers,
  i: number,
  k: number,
  b: Numbers,
  j: number,
  out: Float64Array,
  o: number,
  d: number,
): void {
  const p0 = a[i] ?? 0;
  const p1 = a[i + k] ?? 0;
  const p2 = a[i + 2 * k] ?? 0;
  const p3 = a[i + 3 * k] ?? 0;
  const q0 = a[i + 1] ?? 0;
  const q1 = a[i + k + 1] ?? 0;
  const q2 = a[i + 2 * k + 1] ?? 0;
  const q3 = a[i + 3 * k + 1] ?? 0;
  for (let at = 0; at < d; at++) {
    const b0 = b[j + at] ?? 0;
    const b1 = b[j + d + at] ?? 0;
    const b2 = b[j + 2 * d + at] ?? 0;
    const b3 = b[j + 3 * d + at] ?? 0;
    out[o + at] = (out[o + at] ?? 0) + (p0 * b0 + p1 * b1) + (p2 * b2 + p3 * b3);
    out[o + d + at] = (out[o + d + at] ?? 0) + (q0 * b0 + q1 * b1) + (q2 * b2 + q3 * b3);
  }
}

/** out[o..] += scale * b[j..], d numbers. */
export function addRow(
  scale: number,
  b: Numbers,
  j: number,
  out: Float64Array,
  o: number,
  d: number,
): void {
  for (let at = 0; at < d; at++) out[o + at] = (out[o + at] ?? 0) + scale * (b[j + at] ?? 0);
}
