// Cuts many rows into batches of similar length.

/** Padded tokens in one pass: enough to fill the cores, few enough that memory stays small. */
const tokensAtOnce = 2048;
const rowsAtOnce = 64;
/**
 * What a pass is taken to cost beside its tokens, in padded tokens: chosen low, since small batches also
 * spare memory. A whole classifier was seen to need as long as for some 300 (two cores of one machine).
 */
const passTokens = 64;

/**
 * Indices of the rows in batches, longest first, so that the padded tokens of all batches and what the
 * passes themselves take come to the least. A row that is longer than a batch may be is alone.
 */
export function lengthBatches(lengths: readonly number[]): number[][] {
  const order = lengths
    .map((_, i) => i)
    .sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0) || a - b);
  const widths = order.map((index) => lengths[index] ?? 0);
  /** Of the first rows in order, by how many: the least cost, and where their last batch begins. */
  const costs = [0];
  const starts = [0];
  for (let end = 1; end <= order.length; end++) {
    let [least, best] = [Infinity, end - 1];
    for (let start = end - 1; start >= Math.max(0, end - rowsAtOnce); start--) {
      const tokens = (widths[start] ?? 0) * (end - start);
      if (tokens > tokensAtOnce && end - start > 1) break;
      const cost = (costs[start] ?? 0) + tokens + passTokens;
      if (cost < least) [least, best] = [cost, start];
    }
    costs.push(least);
    starts.push(best);
  }
  const batches: number[][] = [];
  for (let end = order.length; end > 0; end = starts[end] ?? 0)
    batches.unshift(order.slice(starts[end], end));
  return batches;
}
