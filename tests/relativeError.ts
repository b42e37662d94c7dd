/** Euclidean length of the difference over the length of what is wanted; `leftOut`: places not compared. */
export function relativeError(
  got: ArrayLike<number>,
  wanted: ArrayLike<number>,
  leftOut: readonly number[] = [],
): number {
  let difference = 0;
  let length = 0;
  Array.from(wanted).forEach((value, i) => {
    if (leftOut.includes(i)) return;
    difference += ((got[i] ?? Number.NaN) - value) ** 2;
    length += value ** 2;
  });
  return Math.sqrt(difference) / Math.max(Math.sqrt(length), 1e-12);
}
