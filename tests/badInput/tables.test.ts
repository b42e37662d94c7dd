// Files that are no table, or too large a table: each is refused in a sentence that names the file,
// says what was found and what to do.
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { checkTableSize } from '../../src/shared/tables/table';
import { readTable } from '../../src/shared/tables/readTable';

const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const zip = (...names: string[]) =>
  zipSync(Object.fromEntries(names.map((name) => [name, strToU8('<xml/>')])));
const oldOffice = (rest: string) =>
  latin1('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' + '\0'.repeat(600) + rest);
/** Bytes without any pattern: xorshift with a fixed seed. */
const noise = (length: number) => {
  let state = 7;
  return Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 255;
  });
};

describe('is refused', () => {
  it.each<[name: string, bytes: Uint8Array, found: string]>([
    ['empty.csv', new Uint8Array(0), 'is empty (0 bytes)'],
    ['blank.csv', latin1(' \n\n \r\n'), 'is empty: there is no text'],
    ['commas.csv', latin1(',,\n,,\n'), 'is empty: there is no text'],
    ['header.csv', latin1('id,text,label\n'), 'has a row of column names and nothing below it'],
    ['empty.json', latin1('[]'), 'is empty: there is no text'],
    ['object.json', latin1('{"a": 1}'), 'is JSON, but not a list'],
    ['noise.csv', noise(5000), 'is not a table: its bytes are no text'],
    ['nulls.csv', new Uint8Array(5000), 'is not a table: its bytes are no text'],
    ['photo.csv', latin1('\x89PNG\r\n\x1a\n....'), 'is a picture (PNG)'],
    ['photo.jpg', latin1('\xff\xd8\xff\xe0....'), 'is a picture (JPEG)'],
    ['report.pdf', latin1('%PDF-1.7 ...'), 'is a PDF'],
    ['song.mp3', latin1('ID3\x03....'), 'is a sound recording'],
    ['table.csv.gz', latin1('\x1f\x8b\x08....'), 'is a compressed archive'],
    ['data.parquet', latin1('PAR1\x15....'), 'is a Parquet file'],
    ['data.db', latin1('SQLite format 3\0....'), 'is a database (SQLite)'],
    ['letter.rtf', latin1('{\\rtf1 hello}'), 'is a text document (RTF)'],
    ['setup.exe', latin1('MZ\x90\0....'), 'is a program'],
    ['page.xls', latin1('<html><table>'), 'is a web page'],
    ['feed.xml', latin1('<?xml version="1.0"?><a/>'), 'is an XML file'],
    ['old.xls', oldOffice('Workbook'), 'is an old Excel file (.xls)'],
    ['old.doc', oldOffice('Word'), 'is an old Office document'],
    [
      'secret.xlsx',
      oldOffice(Array.from('EncryptedPackage').join('\0') + '\0'),
      'is protected by a password',
    ],
    ['letter.docx', zip('[Content_Types].xml', 'word/document.xml'), 'is a Word document'],
    ['talk.pptx', zip('[Content_Types].xml', 'ppt/presentation.xml'), 'is a presentation'],
    ['sheet.ods', zip('content.xml'), 'is an OpenDocument spreadsheet'],
    ['sheet.xlsb', zip('xl/workbook.bin'), 'is a binary Excel workbook (.xlsb)'],
    ['files.zip', zip('a.csv', 'b.csv'), 'is a zip archive'],
    ['cut.zip', zip('a.csv', 'b.csv').slice(0, 40), 'is a zip archive'],
    ['hollow.xlsx', zip('xl/workbook.xml'), 'is damaged and cannot be read'],
  ])('%s', async (name, bytes, found) => {
    const error: unknown = await readTable(bytes, name).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'StudioError', code: 'bad-table' });
    const { message } = error as Error;
    expect(message).toContain(`"${name}" ${found}`);
    expect(message.match(/[.!] [A-Z]/g) ?? []).toHaveLength(1); // what was found, then what to do
  });

  it('a file past 100 MB, before it is read', () => {
    expect(() => checkTableSize('huge.csv', 200 * 1024 * 1024)).toThrow(
      '"huge.csv" is 200 MB and a table may have 100 MB. Split it into smaller files',
    );
    expect(() => checkTableSize('large.csv', 100 * 1024 * 1024)).not.toThrow();
  });

  it('more than a million rows', async () => {
    const bytes = latin1('text\n' + 'ab\n'.repeat(1_000_001));
    await expect(readTable(bytes, 'rows.csv')).rejects.toMatchObject({
      code: 'too-large',
      message: expect.stringMatching(/^"rows\.csv" has more than 1,000,000 rows/) as string,
    });
  });

  it('more than a thousand columns', async () => {
    const bytes = latin1('a,'.repeat(1500) + 'b\n' + '1,'.repeat(1500) + '2\n');
    await expect(readTable(bytes, 'wide.csv')).rejects.toMatchObject({ code: 'too-large' });
  });
});

describe('is read', () => {
  it.each([
    ['emoji', 'text,label\n😀🏳️‍🌈👩‍👩‍👧 so happy,a\n😡,b\n', '😀🏳️‍🌈👩‍👩‍👧 so happy'],
    [
      'right to left',
      'text,label\nלא קיבלתי את החבילה,a\nتم خصم المبلغ,b\n',
      'לא קיבלתי את החבילה',
    ],
    [
      'a text of 100,000 words',
      `text,label\n${'word '.repeat(100_000)},a\nx,b\n`,
      'word '.repeat(100_000),
    ],
  ])('%s', async (_, content, cell) => {
    const table = await readTable(new TextEncoder().encode(content), 'table.csv');
    expect(table.rows[0]?.[0] === cell).toBe(true);
    expect(table.notes).toEqual([]);
  });

  it('a million rows', async () => {
    const table = await readTable(latin1('text\n' + 'a b\n'.repeat(1_000_000)), 'rows.csv');
    expect(table.rows).toHaveLength(1_000_000);
  });
});
