// A file's bytes -> a table. The content decides what the file is; its name only breaks ties.
import { decodeText } from './decodeText';
import { readDelimited } from './delimited';
import { looksLikeJsonLines, parses, readJson, readJsonLines } from './jsonRows';
import { layOutRows, type LaidOut } from './layOutRows';
import { isWorkbook } from './refuseForeign';
import { badTable, checkTableSize, tableLimits, type Table } from './table';
import { readWorkbook } from './workbook';
import { removeGuard } from './writeCsv';

/** Each overrides a guess. */
export interface ReadTableOptions {
  encoding?: string;
  delimiter?: string;
  /** Name of a sheet of a workbook. */
  sheet?: string;
  /** Does the first row name the columns? */
  header?: boolean;
}

/**
 * Reads CSV, TSV, JSON, JSONL, Excel (.xlsx) or one text per line. Ends with 'bad-table' or
 * 'too-large', with a sentence that names the file, what was found and what to do.
 */
export async function readTable(
  bytes: Uint8Array,
  fileName: string,
  options: ReadTableOptions = {},
): Promise<Table> {
  if (bytes.length === 0) throw badTable(fileName, 'is empty (0 bytes). Choose another file.');
  checkTableSize(fileName, bytes.length);
  return isWorkbook(bytes, fileName)
    ? readWorkbookTable(bytes, fileName, options)
    : readTextTable(bytes, fileName, options);
}

async function readWorkbookTable(
  bytes: Uint8Array,
  fileName: string,
  options: ReadTableOptions,
): Promise<Table> {
  const { rows, sheets, sheet, notes } = await readWorkbook(bytes, fileName, options.sheet);
  const laidOut = layOutRows(rows, fileName, { header: options.header, joiner: ' ' });
  return { name: fileName, format: 'xlsx', ...withNotes(laidOut, notes), sheets, sheet };
}

function readTextTable(bytes: Uint8Array, fileName: string, options: ReadTableOptions): Table {
  const { text, encoding, notes } = decodeText(bytes, fileName, options.encoding);
  const extension = /\.([a-z0-9]+)$/i.exec(fileName)?.[1]?.toLowerCase() ?? '';
  const json = options.delimiter === undefined ? jsonFormat(text, extension) : null;
  if (json) {
    const rows = json === 'json' ? readJson(text, fileName) : readJsonLines(text, fileName);
    const laidOut = layOutRows(rows, fileName, { header: true, joiner: ' ' });
    return { name: fileName, format: json, encoding, ...withNotes(laidOut, notes) };
  }
  const expectsCells = ['csv', 'tsv', 'tab', 'psv'].includes(extension);
  const found = readDelimited(text, {
    delimiter: options.delimiter,
    expectsCells,
    maxRows: tableLimits.rows + 2,
  });
  const laidOut = layOutRows(unguarded(found.rows), fileName, {
    header: options.header,
    joiner: found.delimiter ?? '',
    onlyColumn: 'text',
  });
  const base = { name: fileName, encoding, ...withNotes(laidOut, [...notes, ...found.notes]) };
  if (found.delimiter === null) return { format: expectsCells ? 'csv' : 'txt', ...base };
  return { format: found.delimiter === '\t' ? 'tsv' : 'csv', delimiter: found.delimiter, ...base };
}

/** A text that begins like JSON is taken for JSON when it is, or when its name says that it should be. */
function jsonFormat(text: string, extension: string): 'json' | 'jsonl' | null {
  const isNamed = ['json', 'jsonl', 'ndjson'].includes(extension);
  const start = /\S/.exec(text)?.[0];
  if (start === '{' && looksLikeJsonLines(text)) return 'jsonl';
  if ((start === '[' || start === '{') && (isNamed ? extension === 'json' : parses(text)))
    return 'json';
  return isNamed ? (extension === 'json' ? 'json' : 'jsonl') : null;
}

function withNotes(laidOut: LaidOut, notes: string[]): LaidOut {
  return { ...laidOut, notes: [...notes, ...laidOut.notes] };
}

/** Takes back, in place, what `writeCsv` put before cells that look like formulas. */
function unguarded(rows: string[][]): string[][] {
  for (const row of rows)
    for (const [i, cell] of row.entries()) if (cell.startsWith("'")) row[i] = removeGuard(cell);
  return rows;
}
