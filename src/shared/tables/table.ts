// What a table is once it has been read, and how large a table may be.
import { StudioError } from '../errors';

export type TableFormat = 'csv' | 'tsv' | 'jsonl' | 'json' | 'xlsx' | 'txt';

/** A file read into rows of cells; every row has one cell per column. */
export interface Table {
  /** The file's name, as it stands in sentences about it. */
  name: string;
  format: TableFormat;
  columns: string[];
  rows: string[][];
  /** False when the names of the columns are ours, since the first row was data already. */
  hasHeader: boolean;
  /** A name that `readTable` takes back as an option; absent for xlsx. */
  encoding?: string;
  /** Present for csv and tsv. */
  delimiter?: string;
  /** Names of all sheets, and of the one that was read; xlsx only. */
  sheets?: string[];
  sheet?: string;
  /** What was noticed while reading, in plain sentences. */
  notes: string[];
}

export const tableLimits = { megabytes: 100, rows: 1_000_000, columns: 1_000 };

/** Ends with 'too-large' for a file past the limit; ask before reading the file into memory. */
export function checkTableSize(fileName: string, bytes: number): void {
  const megabytes = bytes / 1024 / 1024;
  if (megabytes > tableLimits.megabytes)
    throw new StudioError(
      'too-large',
      `"${fileName}" is ${Math.ceil(megabytes)} MB and a table may have ${tableLimits.megabytes} MB. Split it into smaller files, or keep only the columns that you need.`,
      { fileName, bytes },
    );
}

/** A 'bad-table' error: `"reviews.csv" ...`. */
export function badTable(fileName: string, sentence: string): StudioError {
  return new StudioError('bad-table', `"${fileName}" ${sentence}`, { fileName });
}

/** `1 row`, `3 rows`. */
export const counted = (count: number, thing: string): string =>
  `${count.toLocaleString('en-US')} ${thing}${count === 1 ? '' : 's'}`;

/** `row 3`, `rows 3, 7, 12 and 40 more`. */
export function rowList(numbers: number[]): string {
  const shown = numbers.slice(0, 5);
  const more = numbers.length - shown.length;
  return `row${numbers.length === 1 ? '' : 's'} ${shown.join(', ')}${more > 0 ? ` and ${more.toLocaleString('en-US')} more` : ''}`;
}
