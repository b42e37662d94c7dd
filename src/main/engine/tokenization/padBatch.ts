// Rows of unequal length as one rectangle, the form in which a graph takes them.

export interface PaddedBatch {
  /** [batch, width] */
  readonly ids: BigInt64Array;
  /** [batch, width]: 1 for a token, 0 for padding. */
  readonly mask: Float32Array;
  readonly width: number;
}

/** Pads every row at its end to the length of the longest. */
export function padBatch(rows: readonly ArrayLike<number>[], padId: number): PaddedBatch {
  const width = rows.reduce((longest, row) => Math.max(longest, row.length), 0);
  const ids = new BigInt64Array(rows.length * width).fill(BigInt(padId));
  const mask = new Float32Array(rows.length * width);
  rows.forEach((row, r) => {
    for (let i = 0; i < row.length; i++) ids[r * width + i] = BigInt(row[i] ?? padId);
    mask.fill(1, r * width, r * width + row.length);
  });
  return { ids, mask, width };
}
