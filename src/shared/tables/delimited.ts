// Text -> rows of cells: which character separates cells, whether quotation marks enclose them, or
// whether every line is one text.
import Papa from 'papaparse';
import { rowList } from './table';

/** `standard`: "" inside a cell is a quotation mark; `backslash`: so is \"; `none`: marks are text. */
type Quoting = 'standard' | 'backslash' | 'none';

export interface DelimitedRows {
  rows: string[][];
  /** Null: no delimiter was found, each line (or quoted cell) is one text. */
  delimiter: string | null;
  notes: string[];
}

export interface DelimitedHints {
  /** Separates cells whatever the text looks like. */
  delimiter?: string | undefined;
  /** The name ends in .csv or the like, so cells are expected; otherwise it takes stronger signs. */
  expectsCells: boolean;
  /** Rows after which reading stops. */
  maxRows: number;
}

interface Reading {
  delimiter: string | null;
  quoting: Quoting;
  rows: string[][];
  /** Cells of the first row. */
  width: number;
  /** Share of rows that are as wide as the first, less the share of rows with broken quotes: -1..1. */
  fit: number;
  /** Numbers of the rows, the first being 1. */
  brokenQuotes: number[];
}

/** No text contains it, so it separates nothing. */
const noDelimiter = '\u001f';
const delimiters = [',', ';', '\t', '|'];
const sampleLength = 262_144;

/** Rows of a text; blank ones are kept as `['']`. Newlines inside cells become `\n`. */
export function readDelimited(text: string, hints: DelimitedHints): DelimitedRows {
  const separator = /^sep=(.)\r?\n/i.exec(text); // written by Excel for its own use
  const body = (separator ? text.slice(separator[0].length) : text).replace(/\r\n?/g, '\n');
  const given = hints.delimiter ?? separator?.[1];
  const delimiter = given ?? sniffDelimiter(body, hints.expectsCells);
  const standard = read(body, delimiter, 'standard', hints.maxRows);
  const readings = [standard];
  if (standard.brokenQuotes.length > 0) {
    if (body.includes('\\"')) readings.push(read(body, delimiter, 'backslash', hints.maxRows));
    readings.push(read(body, delimiter, 'none', hints.maxRows));
  }
  const best = readings.reduce((a, b) => (b.fit > a.fit ? b : a));
  const notes: string[] = [];
  if (best.quoting === 'none')
    notes.push(
      'Quotation marks in this file do not enclose cells, so they were read as part of the texts.',
    );
  else if (best.brokenQuotes.length > 0)
    notes.push(
      `Quotation marks that do not close in ${rowList(best.brokenQuotes)}: look at the texts there.`,
    );
  return { rows: best.rows, delimiter, notes };
}

/** The delimiter that gives the most rows the width of the first row, or null for plain lines. */
function sniffDelimiter(text: string, expectsCells: boolean): string | null {
  const sample = text.slice(0, sampleLength);
  const isCut = sample.length < text.length;
  const readings = delimiters
    .filter((delimiter) => sample.includes(delimiter))
    .flatMap((delimiter) =>
      (['standard', 'none'] as const).map((quoting) =>
        read(sample, delimiter, quoting, 1000, isCut),
      ),
    )
    .filter(({ width }) => width >= 2)
    .sort((a, b) => b.fit - a.fit || b.width - a.width);
  const best = readings[0];
  if (!best) return null;
  if (expectsCells) return best.fit >= 0.5 || mostlyWide(best) ? best.delimiter : null;
  // Lines of prose: commas may happen to agree, so they count only where no space follows them.
  const isProse = best.delimiter !== '\t' && cellsAfterSpace(best) > 0.5;
  return best.fit >= 0.8 && best.rows.length >= 2 && !isProse ? best.delimiter : null;
}

/** Commas inside an unquoted last column make rows too wide, but hardly ever too narrow. */
function mostlyWide({ rows, width }: Reading): boolean {
  const notBlank = rows.filter((row) => row.length > 1 || row[0] !== '');
  return notBlank.filter((row) => row.length >= width).length >= 0.9 * notBlank.length;
}

function cellsAfterSpace({ rows }: Reading): number {
  const cells = rows.flatMap((row) => row.slice(1));
  return cells.filter((cell) => cell.startsWith(' ')).length / Math.max(1, cells.length);
}

function read(
  text: string,
  delimiter: string | null,
  quoting: Quoting,
  maxRows: number,
  isCut = false,
): Reading {
  // A backslash before a quotation mark is turned into a second mark, so both ways may be mixed.
  const source = quoting === 'backslash' ? text.replaceAll('\\"', '""') : text;
  const { data, errors } = Papa.parse<string[]>(source, {
    delimiter: delimiter ?? noDelimiter,
    newline: '\n',
    quoteChar: quoting === 'none' ? '\0' : '"',
    preview: maxRows,
  });
  if (isCut && data.length > 1) data.pop(); // the sample ends inside this row
  const broken = new Set(
    errors
      .filter(({ type, row }) => type === 'Quotes' && row !== undefined && row < data.length)
      .map(({ row = 0 }) => row + 1),
  );
  const filled = data.filter((row) => row.some((cell) => cell.trim() !== ''));
  const width = (filled[0] ?? data[0])?.length ?? 0;
  const alike = filled.filter((row) => row.length === width).length;
  const fit = (alike - broken.size) / Math.max(1, filled.length);
  return { delimiter, quoting, rows: data, width, fit, brokenQuotes: [...broken] };
}
