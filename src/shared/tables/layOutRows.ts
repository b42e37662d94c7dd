// Raw rows -> a rectangle with named columns; whatever had to be mended is noted with its row.
import { StudioError } from '../errors';
import { columnNames, looksLikeHeader } from './headerRow';
import { badTable, counted, rowList, tableLimits } from './table';

export interface LaidOut {
  columns: string[];
  rows: string[][];
  hasHeader: boolean;
  notes: string[];
}

export interface LayOutHints {
  /** Overrides the guess whether the first row names the columns. */
  header?: boolean | undefined;
  /** Stands between cells that are put together because their row is too long. */
  joiner: string;
  /** Name of the only column when the first row does not name it. */
  onlyColumn?: string | undefined;
}

/** Rows are counted as a spreadsheet program does: the first row of the file is row 1. */
export function layOutRows(
  raw: readonly string[][],
  fileName: string,
  { header, joiner, onlyColumn }: LayOutHints,
): LaidOut {
  const filled: { number: number; cells: string[] }[] = [];
  const blank: number[] = [];
  for (const [i, cells] of raw.entries())
    if (cells.some((cell) => cell.trim() !== '')) filled.push({ number: i + 1, cells });
    else blank.push(i + 1);
  const [first, ...others] = filled;
  if (!first) throw badTable(fileName, 'is empty: there is no text in it. Choose another file.');
  const body = others.map(({ cells }) => cells);
  const hasHeader = header ?? looksLikeHeader(first.cells, body);
  if (hasHeader && others.length === 0)
    throw badTable(fileName, 'has a row of column names and nothing below it. Add rows of texts.');
  checkRoom(fileName, hasHeader ? others.length : filled.length, first.cells.length);

  const width = first.cells.length;
  const data = hasHeader ? others : filled;
  const names = hasHeader ? first.cells : first.cells.map(() => '');
  const rows = data.map(({ cells }) => toWidth(cells, width, joiner));
  const kept = names
    .map((_, column) => column)
    .filter((column) => hasText(names[column]) || rows.some((row) => hasText(row[column])));
  const columns =
    !hasHeader && kept.length === 1 && onlyColumn
      ? [onlyColumn]
      : columnNames(names).filter((_, column) => kept.includes(column));

  const lastFilled = filled.at(-1)?.number ?? 0;
  const blankInside = blank.filter((number) => number < lastFilled);
  const longer = data.filter(({ cells }) => cells.length > width).map(({ number }) => number);
  const shorter = data.filter(({ cells }) => cells.length < width).map(({ number }) => number);
  const notes: string[] = [];
  if (!hasHeader && width > 1)
    notes.push('The first row looks like data, so the columns were given names.');
  if (blankInside.length > 0)
    notes.push(`${counted(blankInside.length, 'blank row')} left out (${rowList(blankInside)}).`);
  if (longer.length > 0)
    notes.push(
      `${counted(longer.length, 'row')} with more cells than there are columns (${rowList(longer)}): the surplus was added to the last column.`,
    );
  if (shorter.length > 0)
    notes.push(
      `${counted(shorter.length, 'row')} with fewer cells than there are columns (${rowList(shorter)}): the missing ones are empty.`,
    );
  if (kept.length < width)
    notes.push(`${counted(width - kept.length, 'empty column')} without a name left out.`);
  return {
    columns,
    rows: kept.length < width ? rows.map((row) => kept.map((c) => row[c] ?? '')) : rows,
    hasHeader,
    notes,
  };
}

const hasText = (cell: string | undefined) => cell !== undefined && cell.trim() !== '';

function toWidth(cells: string[], width: number, joiner: string): string[] {
  if (cells.length === width) return cells;
  if (cells.length < width) return [...cells, ...Array<string>(width - cells.length).fill('')];
  const surplus = cells.slice(width - 1);
  while (surplus.length > 1 && surplus.at(-1)?.trim() === '') surplus.pop(); // `a,b,,,` adds nothing
  return [...cells.slice(0, width - 1), surplus.join(joiner)];
}

function checkRoom(fileName: string, rows: number, columns: number): void {
  if (rows > tableLimits.rows)
    throw new StudioError(
      'too-large',
      `"${fileName}" has more than ${tableLimits.rows.toLocaleString('en-US')} rows, the most that a table may have. Split it into smaller files.`,
      { fileName },
    );
  if (columns > tableLimits.columns)
    throw new StudioError(
      'too-large',
      `"${fileName}" has ${columns.toLocaleString('en-US')} columns and a table may have ${tableLimits.columns.toLocaleString('en-US')}. Keep only the columns that you need.`,
      { fileName },
    );
}
