// Excel workbooks -> rows of cells, as people see them: dates as 2024-03-05, formulas by value.
import readXlsxFile from 'read-excel-file/universal';
import { StudioError } from '../errors';
import { badTable, counted } from './table';
import { zipEntries } from './zipEntries';

export interface WorkbookRows {
  rows: string[][];
  sheets: string[];
  sheet: string;
  notes: string[];
}

const maxUnpackedMegabytes = 400;

/**
 * Rows of one sheet: `wanted`, or the first that has any. Ends with 'bad-table' when the workbook
 * is damaged or has no such sheet, with 'too-large' when it would unpack to more than 400 MB.
 */
export async function readWorkbook(
  bytes: Uint8Array,
  fileName: string,
  wanted?: string,
): Promise<WorkbookRows> {
  checkUnpackedSize(bytes, fileName);
  const sheets = await unpack(bytes, fileName);
  const names = sheets.map(({ sheet }) => sheet);
  const hasRows = ({ data }: (typeof sheets)[number]) => data.some((row) => row.some(isFilled));
  const chosen =
    wanted === undefined
      ? (sheets.find(hasRows) ?? sheets[0])
      : sheets.find(({ sheet }) => sheet === wanted);
  if (!chosen)
    throw badTable(
      fileName,
      wanted === undefined
        ? 'has no sheet in it. Choose another file.'
        : `has no sheet "${wanted}". Its sheets are ${names.map((name) => `"${name}"`).join(', ')}.`,
    );
  if (wanted !== undefined && names.length > 1 && !hasRows(chosen))
    throw badTable(fileName, `has no text in its sheet "${wanted}". Choose another sheet.`);
  const rows = chosen.data.map((row) => row.map(cellText));
  const titles = titleRows(rows);
  return {
    rows: rows.slice(titles),
    sheets: names,
    sheet: chosen.sheet,
    notes: [
      ...(names.length > 1 && wanted === undefined
        ? [`The file has ${names.length} sheets; "${chosen.sheet}" was read.`]
        : []),
      ...(titles > 0 ? [`${counted(titles, 'row')} above the column names left out.`] : []),
    ],
  };
}

/** A small file may unpack to gigabytes, by accident or on purpose. */
function checkUnpackedSize(bytes: Uint8Array, fileName: string): void {
  const unpacked = (zipEntries(bytes) ?? []).reduce((sum, entry) => sum + entry.unpackedBytes, 0);
  const megabytes = Math.ceil(unpacked / 1024 / 1024);
  if (megabytes > maxUnpackedMegabytes)
    throw new StudioError(
      'too-large',
      `"${fileName}" unpacks to ${megabytes.toLocaleString('en-US')} MB and a workbook may have ${maxUnpackedMegabytes} MB. Save the sheet that you need as CSV and open that.`,
      { fileName },
    );
}

async function unpack(bytes: Uint8Array, fileName: string) {
  try {
    return await readXlsxFile(new Uint8Array(bytes).buffer, { trim: false });
  } catch (error) {
    throw badTable(
      fileName,
      `is damaged and cannot be read (${error instanceof Error ? error.message : String(error)}). Open it in a spreadsheet program and save it anew, or save it as CSV.`,
    );
  }
}

const isFilled = (cell: unknown) => cellText(cell).trim() !== '';

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) {
    const [date = '', time = ''] = cell.toISOString().split('T');
    return time === '00:00:00.000Z' ? date : `${date} ${time.slice(0, 8)}`;
  }
  if (typeof cell === 'string') return cell.replace(/\r\n?/g, '\n');
  return typeof cell === 'number' || typeof cell === 'boolean' ? String(cell) : '';
}

/** A report's title: rows with one filled cell above a table that is at least two cells wide. */
function titleRows(rows: string[][]): number {
  const filled = (row: string[]) => row.filter(isFilled).length;
  const first = rows.findIndex((row) => filled(row) >= 2);
  return first > 0 && first <= 10 && rows.slice(0, first).every((row) => filled(row) <= 1)
    ? first
    : 0;
}
