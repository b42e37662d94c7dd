// Does the first row name the columns, or is it data already? And names that are unique.

/** Words that name a column of a table of texts. */
const headerWords = new Set(
  `id ids no nr number index row key text texts message messages comment comments review reviews
  sentence sentences content contents body description title subject question questions answer
  answers feedback tweet post document utterance query input note notes summary label labels category
  categories class classes tag tags topic type intent sentiment emotion rating score stars date time
  timestamp created name user author email country language lang channel source product url link
  status priority price amount target output gold`.split(/\s+/),
);

/** The words of a column's name: `review_text`, `reviewText` and `Review text` are alike. */
export const nameWords = (name: string): string[] =>
  name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');

const isNumber = (cell: string) => /^[-+]?[\d.,\s]*\d%?$/.test(cell.trim());

/**
 * Guesses whether the first row names the columns. A known word settles it; numbers, cells that
 * come again further down and whole sentences speak against it.
 */
export function looksLikeHeader(first: readonly string[], rest: readonly string[][]): boolean {
  const cells = first.map((cell) => cell.trim());
  const isShort = cells.every((cell) => cell.length <= 200);
  const named = cells.filter((cell) => {
    const words = nameWords(cell);
    return words.length > 0 && words.length <= 3 && words.some((word) => headerWords.has(word));
  });
  if (named.length > 0 && named.length >= (cells.length > 2 ? 1 : cells.length / 2) && isShort)
    return true;
  if (cells.some(isNumber)) return false;
  const below = rest.slice(0, 1000);
  const comesAgain = (cell: string, column: number) =>
    cell !== '' && below.some((row) => row[column]?.trim() === cell);
  if (cells.some(comesAgain)) return false;
  // Survey tables ask whole questions in their header; other whole sentences are data.
  const isSentence = (cell: string) =>
    nameWords(cell).length >= 6 && !/[?:]$/.test(cell) && !/\p{Lo}/u.test(cell);
  if (cells.length >= 2) return isShort && rest.length > 0 && !cells.some(isSentence);
  const [only = ''] = cells;
  const lengths = below.map((row) => row[0]?.length ?? 0).sort((a, b) => a - b);
  const median = lengths[Math.floor(lengths.length / 2)] ?? 0;
  return nameWords(only).length <= 3 && !/[.!?…]$/.test(only) && median >= 3 * only.length;
}

/** Trimmed, one line each, none empty and none twice: `text`, `text (2)`, `Column 3`. */
export function columnNames(cells: readonly string[]): string[] {
  const taken = new Set<string>();
  return cells.map((cell, i) => {
    const wanted =
      cell
        .replace(/^\uFEFF/, '')
        .replace(/\s+/g, ' ')
        .trim() || `Column ${i + 1}`;
    let name = wanted;
    for (let copy = 2; taken.has(name); copy++) name = `${wanted} (${copy})`;
    taken.add(name);
    return name;
  });
}
