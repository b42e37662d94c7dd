// Rows -> CSV as RFC 4180 has it, safe to open in a spreadsheet program.
import Papa from 'papaparse';

/** A cell with this start is run as a formula by spreadsheet programs; see OWASP, CSV injection. */
const formula = /^'*[=+\-@\t\r]/;
const isNumber = (cell: string) => /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?%?$/.test(cell);

/**
 * CSV bytes: CRLF, UTF-8, with a byte order mark by default, since Excel needs it. Cells that would
 * be run as formulas get a leading apostrophe, which `readTable` takes away again.
 */
export function writeCsv(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  { bom = true }: { bom?: boolean } = {},
): Uint8Array {
  const text = csvLines([columns, ...rows]);
  return new TextEncoder().encode((bom ? '\uFEFF' : '') + text);
}

/** Rows as CSV text that ends with CRLF; for tables that are written piece by piece. */
export const csvLines = (rows: readonly (readonly string[])[]): string =>
  Papa.unparse(
    rows.map((row) => row.map(addGuard)),
    { newline: '\r\n' },
  ) + '\r\n';

const addGuard = (cell: string): string =>
  formula.test(cell) && !isNumber(cell) ? `'${cell}` : cell;

/** The cell as it was before `writeCsv` guarded it. */
export const removeGuard = (cell: string): string =>
  cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell;
