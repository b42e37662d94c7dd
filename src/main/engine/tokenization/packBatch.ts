// Rows of unequal length side by side, without padding, and the way to and from the grid of attention.

export interface PackedBatch {
  /** [tokens] */
  readonly ids: BigInt64Array;
  readonly positions: BigInt64Array;
  /** [rows, heads, width]: where a cell's part lies among tokens * heads; 0 for padding. */
  readonly places: BigInt64Array;
  /** [tokens, heads]: the cell of each token's part, counted over rows * heads * width. */
  readonly cells: BigInt64Array;
  /** [rows, width]: 1 for a token, 0 for padding. */
  readonly mask: Float32Array;
  /** [rows, tokens]: 1 / the row's tokens at each of its own. */
  readonly averages: Float32Array;
  readonly width: number;
}

/** Every token is cut into a part for each of the `heads`. */
export function packBatch(rows: readonly ArrayLike<number>[], heads: number): PackedBatch {
  const width = rows.reduce((longest, row) => Math.max(longest, row.length), 0);
  const tokens = rows.reduce((sum, row) => sum + row.length, 0);
  const packed = {
    ids: new BigInt64Array(tokens),
    positions: new BigInt64Array(tokens),
    places: new BigInt64Array(rows.length * heads * width),
    cells: new BigInt64Array(tokens * heads),
    mask: new Float32Array(rows.length * width),
    averages: new Float32Array(rows.length * tokens),
    width,
  };
  let at = 0;
  rows.forEach((row, r) => {
    for (let i = 0; i < row.length; i++, at++) {
      packed.ids[at] = BigInt(row[i] ?? 0);
      packed.positions[at] = BigInt(i);
      for (let head = 0; head < heads; head++) {
        const part = at * heads + head;
        const cell = (r * heads + head) * width + i;
        packed.places[cell] = BigInt(part);
        packed.cells[part] = BigInt(cell);
      }
      packed.mask[r * width + i] = 1;
      packed.averages[r * tokens + at] = 1 / row.length;
    }
  });
  return packed;
}
