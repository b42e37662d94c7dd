// Rows -> an Excel workbook with one sheet.
import writeXlsxFile from 'write-excel-file/universal';
import { StudioError } from '../errors';

/** Excel's own limit for the characters of a cell. */
const maxCellLength = 32_767;

/**
 * Workbook bytes. Cells that are exactly the text of a number become numbers, all others text, so
 * nothing is run as a formula. Ends with 'too-large' when a text does not fit into an Excel cell.
 */
export async function writeXlsx(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<Uint8Array> {
  for (const [i, row] of rows.entries())
    for (const [column, cell] of row.entries())
      if (cell.length > maxCellLength)
        throw new StudioError(
          'too-large',
          `The text in row ${i + 2}, column "${columns[column] ?? ''}", has ${cell.length.toLocaleString('en-US')} characters and an Excel cell holds ${maxCellLength.toLocaleString('en-US')}. Save the table as CSV instead.`,
        );
  const header = columns.map((name) => ({
    value: escaped(name),
    type: String,
    fontWeight: 'bold' as const,
  }));
  const body = rows.map((row) =>
    row.map((cell) => {
      const number = Number(cell);
      return cell !== '' && Number.isFinite(number) && String(number) === cell
        ? { value: number, type: Number }
        : { value: escaped(cell), type: String };
    }),
  );
  const blob = await writeXlsxFile([header, ...body]).toBlob();
  return new Uint8Array(await blob.arrayBuffer());
}

/** Excel reads `_x000D_` as the character of that number, and XML has no control characters. */
const escaped = (text: string): string =>
  text
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '');
