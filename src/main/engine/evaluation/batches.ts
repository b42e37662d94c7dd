// Cuts many rows into batches of similar length.

/** Padded tokens in one pass: enough to fill the cores, few enough that memory stays small. */
const tokensAtOnce = 2048;
const rowsAtOnce = 64;

/** Indices of the rows in batches, longest first; each batch holds rows of similar length. */
export function lengthBatches(lengths: readonly number[]): number[][] {
  const order = lengths
    .map((_, i) => i)
    .sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0) || a - b);
  const batches: number[][] = [];
  let batch: number[] = [];
  let width = 0;
  for (const index of order) {
    if (batch.length === 0) width = lengths[index] ?? 0;
    batch.push(index);
    if (batch.length === rowsAtOnce || (batch.length + 1) * width > tokensAtOnce) {
      batches.push(batch);
      batch = [];
    }
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
