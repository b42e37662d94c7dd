// Which column holds the texts, which the labels; and columns by name.
import { closest } from '../closest';
import { nameWords } from './headerRow';
import { badTable, type Table } from './table';

const sampleRows = 2000;

const textNames = new Set(
  `text texts message messages comment comments review reviews sentence sentences content body
  description feedback tweet post document utterance query question note`.split(/\s+/),
);
const labelNames = new Set(
  `label labels category categories class classes tag tags sentiment intent topic type emotion gold
  target rating`.split(/\s+/),
);

const hasWord = (name: string, words: Set<string>) => nameWords(name).some((w) => words.has(w));

/** The column with the longest varied prose, or null when no column holds texts. */
export function guessTextColumn(table: Table): number | null {
  let best: { column: number; score: number } | null = null;
  for (const [column, name] of table.columns.entries()) {
    const isNamed = hasWord(name, textNames);
    const score = proseScore(cellsOf(table, column), isNamed ? 1 : 2.5) * (isNamed ? 2 : 1);
    if (score > 0 && (!best || score > best.score)) best = { column, score };
  }
  return best?.column ?? null;
}

/** The same, but ends with 'bad-table' when no column holds texts. */
export function requireTextColumn(table: Table): number {
  const column = guessTextColumn(table);
  if (column === null)
    throw badTable(
      table.name,
      `has no column with texts; it has ${columnList(table)}. Choose a file in which one column holds sentences.`,
    );
  return column;
}

/**
 * The column that holds labels: few distinct values, and a name that says so. Where columns have no
 * names of their own, the only column of few short values will do.
 */
export function guessLabelColumn(table: Table): number | null {
  const text = guessTextColumn(table);
  const candidates = table.columns
    .map((name, column) => ({ column, isNamed: hasWord(name, labelNames) }))
    .filter(
      ({ column, isNamed }) => column !== text && isCategorical(cellsOf(table, column), isNamed),
    );
  const named = candidates.filter(({ isNamed }) => isNamed);
  const [first] = named.length > 0 ? named : candidates;
  if (!first) return null;
  const mayBeUnnamed = !table.hasHeader && candidates.length === 1;
  return first.isNamed || mayBeUnnamed ? first.column : null;
}

/**
 * The number of the column with this name; case and outer spaces do not count unless they have to.
 * Ends with 'bad-table' that names the columns there are, and the closest one.
 */
export function findColumn(table: Table, name: string): number {
  const exact = table.columns.indexOf(name);
  if (exact !== -1) return exact;
  const plain = (each: string) => each.trim().toLowerCase();
  const alike = table.columns.flatMap((each, i) => (plain(each) === plain(name) ? [i] : []));
  if (alike.length === 1 && alike[0] !== undefined) return alike[0];
  const near = closest(name, table.columns);
  throw badTable(
    table.name,
    `has no column "${name}". It has ${columnList(table)}.${near ? ` Did you mean "${near}"?` : ''}`,
  );
}

function columnList({ columns }: Table): string {
  const shown = columns.slice(0, 20).map((name) => `"${name}"`);
  const more = columns.length - shown.length;
  return `the column${columns.length === 1 ? '' : 's'} ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const cellsOf = (table: Table, column: number): string[] =>
  table.rows
    .slice(0, sampleRows)
    .map((row) => row[column]?.trim() ?? '')
    .filter((cell) => cell !== '');

/**
 * Mean length x how varied x how much of it is letters; 0 for what is no prose: names, codes,
 * addresses, numbers, fewer words than
 * `leastWords` on average. Scripts without spaces count two characters as a word.
 */
function proseScore(cells: string[], leastWords: number): number {
  if (cells.length === 0) return 0;
  const mean = (of: (cell: string) => number) =>
    cells.reduce((sum, cell) => sum + of(cell.slice(0, 2000)), 0) / cells.length;
  const letters = mean((cell) => (cell.match(/\p{L}/gu)?.length ?? 0) / cell.length);
  const words = mean((cell) => {
    const ideographs = cell.match(
      /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu,
    );
    return cell.split(/\s+/).length + (ideographs?.length ?? 0) / 2;
  });
  const addresses = mean((cell) => (/^(https?:\/\/|www\.)\S+$|^\S+@\S+$/.test(cell) ? 1 : 0));
  if (letters < 0.5 || words < leastWords || addresses > 0.5) return 0;
  const varied = new Set(cells).size / cells.length;
  return mean((cell) => cell.length) * letters * varied;
}

function isCategorical(cells: string[], isNamed: boolean): boolean {
  const values = new Set(cells);
  const longest = cells.reduce((max, cell) => Math.max(max, cell.length), 0);
  const most = isNamed ? Math.max(2, cells.length / 2) : Math.min(50, cells.length / 4);
  return values.size >= 2 && values.size <= Math.min(1000, most) && longest <= 100;
}
