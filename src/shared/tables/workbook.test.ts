import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import writeXlsxFile from 'write-excel-file/universal';
import { readTable } from './readTable';
import { writeCsv } from './writeCsv';
import { writeXlsx } from './writeXlsx';

const refusal = (bytes: Uint8Array, name: string): Promise<unknown> =>
  readTable(bytes, name).then(
    () => null,
    (thrown: unknown) => thrown,
  );

describe('Excel', () => {
  const xlsx = async (sheets: [string, unknown[][]][]) => {
    const blob = await writeXlsxFile(
      sheets.map(([sheet, data]) => ({
        sheet,
        data: data.map((row) =>
          row.map((cell) =>
            cell instanceof Date
              ? { value: cell, type: Date, format: 'yyyy-mm-dd hh:mm' }
              : (cell as string | number | boolean | null),
          ),
        ),
      })),
    ).toBlob();
    return new Uint8Array(await blob.arrayBuffer());
  };

  it('dates, numbers, truth values, blanks', async () => {
    const bytes = await xlsx([
      [
        'Sheet',
        [
          ['id', ' text ', 'when', 'ok', 'price'],
          [7, 'two\nlines', new Date('2024-03-05T00:00:00Z'), true, 0.1],
          [],
          [8, 'é 😀 <b> & "x"', new Date('2024-03-05T13:45:10Z'), false, null],
        ],
      ],
    ]);
    const table = await readTable(bytes, 'book.xlsx');
    expect(table).toMatchObject({
      format: 'xlsx',
      columns: ['id', 'text', 'when', 'ok', 'price'],
      rows: [
        ['7', 'two\nlines', '2024-03-05', 'true', '0.1'],
        ['8', 'é 😀 <b> & "x"', '2024-03-05 13:45:10', 'false', ''],
      ],
      notes: ['1 blank row left out (row 3).'],
    });
  });

  it('several sheets: the first with rows, or the one asked for', async () => {
    const bytes = await xlsx([
      ['Empty', [[]]],
      ['Reviews', [['text'], ['good one']]],
      ['Old', [['text'], ['old one']]],
    ]);
    const first = await readTable(bytes, 'book.xlsx');
    expect(first).toMatchObject({ sheets: ['Empty', 'Reviews', 'Old'], sheet: 'Reviews' });
    expect(first.notes).toContain('The file has 3 sheets; "Reviews" was read.');
    const asked = await readTable(bytes, 'book.xlsx', { sheet: 'Old' });
    expect(asked.rows).toEqual([['old one']]);
    await expect(readTable(bytes, 'book.xlsx', { sheet: 'New' })).rejects.toThrow(
      '"book.xlsx" has no sheet "New". Its sheets are "Empty", "Reviews", "Old".',
    );
    await expect(readTable(bytes, 'book.xlsx', { sheet: 'Empty' })).rejects.toThrow(
      '"book.xlsx" has no text in its sheet "Empty". Choose another sheet.',
    );
  });

  it('a title above the column names', async () => {
    const bytes = await xlsx([
      ['Sheet', [['Report of May'], [], ['id', 'text'], [1, 'good one'], [2, 'bad one']]],
    ]);
    const table = await readTable(bytes, 'book.xlsx');
    expect(table.columns).toEqual(['id', 'text']);
    expect(table.notes[0]).toBe('2 rows above the column names left out.');
  });

  it('the value of a formula, and what was typed as a formula-like text', async () => {
    const sheet = (cells: string) =>
      `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${cells}</sheetData></worksheet>`;
    const bytes = await writeXlsx(['text', 'label'], [['=not a formula', 'x']]);
    const files = unzipSync(bytes);
    const path = Object.keys(files).find((name) => /worksheets\/.*\.xml$/.test(name)) ?? '';
    files[path] = strToU8(
      sheet(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>text</t></is></c><c r="B1" t="inlineStr"><is><t>sum</t></is></c></row>' +
          '<row r="2"><c r="A2" t="str"><f>CONCATENATE("good"," one")</f><v>good one</v></c><c r="B2"><f>1+1</f><v>2</v></c></row>' +
          '<row r="3"><c r="A3" t="inlineStr"><is><t>bad</t></is></c><c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>',
      ),
    );
    expect((await readTable(zipSync(files), 'book.xlsx')).rows).toEqual([
      ['good one', '2'],
      ['bad', ''],
    ]);
    expect((await readTable(bytes, 'book.xlsx')).rows).toEqual([['=not a formula', 'x']]);
  });

  it('damaged in the middle, or cut short', async () => {
    const bytes = await xlsx([['Sheet', [['text'], ['good one']]]]);
    const scratched = bytes.slice();
    for (let i = 60; i < bytes.length * 0.6; i++) scratched[i] = (scratched[i] ?? 0) ^ 0x5a;
    expect(await refusal(scratched, 'book.xlsx')).toMatchObject({
      code: 'bad-table',
      message: expect.stringContaining('"book.xlsx" is damaged') as string,
    });
    expect(await refusal(bytes.slice(0, bytes.length / 2), 'book.xlsx')).toMatchObject({
      code: 'bad-table',
      message: expect.stringContaining('its last part is missing') as string,
    });
  });

  it('refuses a workbook that would unpack to gigabytes', async () => {
    const bytes = zipSync({ 'xl/workbook.xml': strToU8('<x/>'), 'xl/a.xml': new Uint8Array(1000) });
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < bytes.length - 46; at++)
      if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 2_000_000_000, true);
    expect(await refusal(bytes, 'book.xlsx')).toMatchObject({ code: 'too-large' });
  });
});

describe('written and read again', () => {
  const columns = ['id', 'text', 'label'];
  const rows = [
    ['007', 'say "hi", now\nand; then', '=SUM(A1)'],
    ['-5', '  spaces  ', "'=guarded already"],
    ['1e5', '+49 170 1234567 is my number', '@home'],
    ['0.25', '_x000D_ é 😀 العربية', '- maybe'],
    ["'quoted'", 'tab\there', ''],
  ];
  it('csv', async () => {
    const bytes = writeCsv(columns, rows);
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(await readTable(bytes, 'out.csv')).toMatchObject({ columns, rows, notes: [] });
  });

  it('csv guards formulas and leaves numbers alone', () => {
    const text = new TextDecoder().decode(
      writeCsv(['a'], [['=1+1'], ['-5'], ['@x']], { bom: false }),
    );
    expect(text).toBe("a\r\n'=1+1\r\n-5\r\n'@x\r\n");
  });

  it('xlsx', async () => {
    const table = await readTable(await writeXlsx(columns, rows), 'out.xlsx');
    expect(table).toMatchObject({ columns, rows });
  });

  it('xlsx refuses a text that does not fit into a cell', async () => {
    await expect(writeXlsx(['text'], [['ok'], ['x'.repeat(40_000)]])).rejects.toThrow(
      'The text in row 3, column "text", has 40,000 characters and an Excel cell holds 32,767.',
    );
  });
});
