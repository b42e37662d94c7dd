import { describe, expect, it } from 'vitest';
import { readTable, type ReadTableOptions } from './readTable';

const utf8 = (text: string) => new TextEncoder().encode(text);
const read = (text: string, name = 'table.csv', options?: ReadTableOptions) =>
  readTable(utf8(text), name, options);

describe('delimiters and quotes', () => {
  const rows = [
    ['1', 'late again'],
    ['2', 'thank you'],
  ];
  it.each([
    ['comma', 'id,text\n1,late again\n2,thank you\n', ',', 'csv'],
    ['semicolon', 'id;text\r\n1;late again\r\n2;thank you\r\n', ';', 'csv'],
    ['tab', 'id\ttext\n1\tlate again\n2\tthank you', '\t', 'tsv'],
    ['pipe', 'id|text\n1|late again\n2|thank you\n', '|', 'csv'],
    ["Excel's own line", 'sep=;\r\nid;text\r\n1;late again\r\n2;thank you\r\n', ';', 'csv'],
    ['old Mac newlines', 'id,text\r1,late again\r2,thank you\r', ',', 'csv'],
    ['mixed newlines', 'id,text\r\n1,late again\n2,thank you\r\n', ',', 'csv'],
  ])('%s', async (_, text, delimiter, format) => {
    const table = await read(text, 'table.csv');
    expect(table).toMatchObject({ columns: ['id', 'text'], rows, delimiter, format, notes: [] });
  });

  it.each([
    ['a newline in quotes', 'id,text\n1,"two\nlines"\n2,b\n', 'two\nlines'],
    ['a doubled mark', 'id,text\n1,"say ""hi"" now"\n2,b\n', 'say "hi" now'],
    ['a backslash before a mark', 'id,text\n1,"say \\"hi\\", now"\n2,b\n', 'say "hi", now'],
    ['both', 'id,text\n1,"a \\"b\\", ""c"" d"\n2,b\n', 'a "b", "c" d'],
    ['a path that ends in a backslash', 'id,text\n1,"C:\\dir\\"\n2,b\n', 'C:\\dir\\'],
    ['a mark inside a cell', 'id\ttext\n1\ta 5" screen\n2\tb\n', 'a 5" screen'],
    ['a mark that never closes', 'id\ttext\n1\t"so he said\n2\tb\n', '"so he said'],
    ['delimiters in quotes', 'id;text\n1;"a;b;c"\n2;b\n', 'a;b;c'],
  ])('%s', async (_, text, cell) => {
    const table = await read(text);
    expect(table.rows.map((row) => row[1])).toEqual([cell, 'b']);
  });

  it('keeps a cell of 10 MB whole', async () => {
    const long = 'word "and" comma, '.repeat(600_000);
    const table = await read(`id,text\n1,"${long.replaceAll('"', '""')}"\n2,short\n`);
    expect(table.rows).toHaveLength(2);
    expect(table.rows[0]?.[1] === long).toBe(true);
  });

  it('obeys a given delimiter', async () => {
    const table = await read('a;b,c\n1;2,3\n', 'table.csv', { delimiter: ';', header: true });
    expect(table).toMatchObject({ columns: ['a', 'b,c'], rows: [['1', '2,3']] });
  });

  it('joins the cells of a row that is too long, and fills one that is too short', async () => {
    const table = await read('id,text\n1,one\n2,well, that, was it\n3\n4,four\n5,five\n6,six\n');
    expect(table.rows.slice(1, 3)).toEqual([
      ['2', 'well, that, was it'],
      ['3', ''],
    ]);
    expect(table.notes).toEqual([
      '1 row with more cells than there are columns (row 3): the surplus was added to the last column.',
      '1 row with fewer cells than there are columns (row 4): the missing ones are empty.',
    ]);
  });

  it('names the rows with quotation marks that do not close', async () => {
    const table = await read('id,text\n1,one\n2,"two, or\n3,"three"\n4,"four, too"\n5,"f,g"\n');
    expect(table.notes[0]).toMatch(/^Quotation marks .* row 3: look at the texts there\.$/);
  });

  it('reports blank rows by their numbers', async () => {
    const table = await read('id,text\n\n1,one\n,\n  \n2,two\n\n\n');
    expect(table.rows).toEqual([
      ['1', 'one'],
      ['2', 'two'],
    ]);
    expect(table.notes).toEqual(['3 blank rows left out (rows 2, 4, 5).']);
  });
});

describe('lines of text', () => {
  const lines = ['Where is my parcel?', 'Thanks, all good.', 'It broke, again, and again.'];
  it.each(['notes.txt', 'Pasted text', 'comments.csv'])('%s: one text per line', async (name) => {
    const table = await read(lines.join('\n'), name);
    expect(table).toMatchObject({ columns: ['text'], hasHeader: false });
    expect(table.rows).toEqual(lines.map((line) => [line]));
  });

  it('commas that agree by chance are no columns', async () => {
    const text = 'Hello, where is it?\nYes, I know that.\nNo, not yet.\n';
    expect((await read(text, 'Pasted text')).rows).toHaveLength(3);
  });

  it('cells copied from a spreadsheet are columns', async () => {
    const table = await read('text\tlabel\n"two\nlines"\tA\nplain\tB\n', 'Pasted text');
    expect(table).toMatchObject({
      format: 'tsv',
      columns: ['text', 'label'],
      rows: [
        ['two\nlines', 'A'],
        ['plain', 'B'],
      ],
    });
  });

  it('a column of texts under its name', async () => {
    const table = await read('text\nHello, I am late\n"Quoted, too"\n');
    expect(table).toMatchObject({ columns: ['text'], hasHeader: true });
    expect(table.rows).toEqual([['Hello, I am late'], ['Quoted, too']]);
  });
});

describe('bytes that are text', () => {
  it('null bytes are removed and counted', async () => {
    const table = await read(`id,text\n1,one\0two${' word'.repeat(20)}\n`);
    expect(table.rows[0]?.[1]).toMatch(/^onetwo word/);
    expect(table.notes).toEqual(['1 null character removed.']);
  });

  it('a broken character is shown and counted', async () => {
    const text = utf8('id,text\n1,' + 'é, ü und ß sind Buchstaben; '.repeat(10) + '\n2,ok');
    const table = await readTable(Uint8Array.of(...text, 0xc3), 'table.csv');
    expect(table.encoding).toBe('UTF-8');
    expect(table.notes[0]).toBe('1 character could not be read as UTF-8 and is shown as \uFFFD.');
  });

  it('says so when letters were garbled before', async () => {
    const table = await read('id,text\n1,cafÃ© crÃ¨me\n2,dÃ©jÃ vu\n3,trÃ¨s bien\n');
    expect(table.notes[0]).toContain('garbled');
  });
});
