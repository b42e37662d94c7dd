// Rows of unequal length side by side, without padding, and the way to and from a padded grid.

export interface PackedBatch {
  /** [tokens] */
  readonly ids: BigInt64Array;
  readonly positions: BigInt64Array;
  /** [rows, width]: where a cell's token lies in `ids`; 0 for padding. */
  readonly places: BigInt64Array;
  /** [tokens]: the cell of each token, counted over rows * width. */
  readonly cells: BigInt64Array;
  /** [rows, width]: 1 for a token, 0 for padding. */
  readonly mask: Float32Array;
  readonly width: number;
}

export function packBatch(rows: readonly ArrayLike<number>[]): PackedBatch {
  const width = rows.reduce((longest, row) => Math.max(longest, row.length), 0);
  const tokens = rows.reduce((sum, row) => sum + row.length, 0);
  const packed = {
    ids: new BigInt64Array(tokens),
    positions: new BigInt64Array(tokens),
    places: new BigInt64Array(rows.length * width),
    cells: new BigInt64Array(tokens),
    mask: new Float32Array(rows.length * width),
    width,
  };
  let at = 0;
  rows.forEach((row, r) => {
    for (let i = 0; i < row.length; i++, at++) {
      packed.ids[at] = BigInt(row[i] ?? 0);
      packed.positions[at] = BigInt(i);
      packed.places[r * width + i] = BigInt(at);
      packed.cells[at] = BigInt(r * width + i);
      packed.mask[r * width + i] = 1;
    }
  });
  return packed;
}
