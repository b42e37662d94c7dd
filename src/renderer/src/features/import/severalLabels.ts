// Does a column of labels hold several in one cell, as in "broken; late"? One text gets one label here,
// and who imports such a table is told.

const separators = [';', ',', '|'];
/** Share of the cells from which on it is more than a name with a comma in it. */
const leastShare = 0.05;

/** A cell with several labels, when many cells hold some; null when they do not. */
export function severalLabels(cells: readonly string[]): string | null {
  const labelled = cells.filter((cell) => cell !== '');
  for (const separator of separators) {
    const pieces = new Map(
      labelled.map((cell) => [
        cell,
        cell.split(separator).flatMap((piece) => piece.trim().toLowerCase() || []),
      ]),
    );
    const names = new Map<string, number>(); // piece -> different cells that it is in
    for (const own of pieces.values())
      for (const piece of new Set(own)) names.set(piece, (names.get(piece) ?? 0) + 1);
    // A name like "Goods, returned" is never seen in pieces.
    const several = labelled.filter((cell) => {
      const own = pieces.get(cell) ?? [];
      return own.length > 1 && own.some((piece) => (names.get(piece) ?? 0) > 1);
    });
    if (several[0] !== undefined && several.length >= leastShare * labelled.length)
      return several[0];
  }
  return null;
}
