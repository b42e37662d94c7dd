import { describe, expect, it } from 'vitest';
import { findColumn, guessLabelColumn, guessTextColumn, requireTextColumn } from './columns';
import { readTable, type ReadTableOptions } from './readTable';

const read = (text: string, name = 'table.csv', options?: ReadTableOptions) =>
  readTable(new TextEncoder().encode(text), name, options);

describe('column names', () => {
  it('are trimmed, filled and made unique', async () => {
    const table = await read(
      '\uFEFF  text ,label,label,, note \nhello there,a,b,c,d\nbye,e,f,g,h\n',
    );
    expect(table.columns).toEqual(['text', 'label', 'label (2)', 'Column 4', 'note']);
  });

  it('columns without name and content are left out', async () => {
    const table = await read('id,text,,\n1,one,,\n2,two,,\n');
    expect(table).toMatchObject({
      columns: ['id', 'text'],
      rows: [
        ['1', 'one'],
        ['2', 'two'],
      ],
      notes: ['2 empty columns without a name left out.'],
    });
  });

  it.each([
    ['numbers in it', '1,I like it very much\n2,I do not like it\n', false],
    ['a value that comes again', 'I like it,good\nI hate it,bad\nIt is fine,good\n', false],
    [
      'a whole sentence',
      'the film was a long and boring mess,bad\nwonderful from start to end,good\n',
      false,
    ],
    ['known names', 'review_text,sentiment\nI like it,good\nI hate it,bad\n', true],
    ['unknown names', 'Äußerung,Sorte\nIch mag es,gut\nGar nicht,schlecht\n', true],
    [
      'survey questions',
      'What did you like about it, all in all?,Anything else?\nfood,no\nstaff,yes\n'.replace(
        'it, all',
        'it all',
      ),
      true,
    ],
    ['Chinese names', '内容,标签\n我的包裹还没有到请帮我查一下,物流\n账单金额不对,账单\n', true],
  ])('%s', async (_, text, hasHeader) => {
    expect((await read(text)).hasHeader).toBe(hasHeader);
  });

  it('can be told', async () => {
    const table = await read('text,label\nx y z,a\n', 'table.csv', { header: false });
    expect(table.columns).toEqual(['Column 1', 'Column 2']);
    expect(table.rows).toHaveLength(2);
  });
});

describe('the columns of texts and labels', () => {
  it.each([
    [
      'by content',
      'name,says,when\nAnn Lee,I waited for two weeks now,2024-01-02\nBob Ray,it works like a charm,2024-01-03\n',
      1,
      null,
    ],
    [
      'by name',
      'id,text,label\n1,late again,bad\n2,thank you,good\n3,oh no,bad\n4,nice,good\n',
      1,
      2,
    ],
    [
      'no label among categories',
      'channel,message\nmail,I waited for two weeks\nphone,it works like a charm\nmail,so nice of you\nphone,never again please\n',
      1,
      null,
    ],
    [
      'not the longer codes',
      'url,comment\nhttps://example.org/a/very/long/address/indeed,so nice of you\nhttps://example.org/another,never again please\n',
      1,
      null,
    ],
    [
      'numbers as labels',
      'sentence\tlabel\nso nice of you\t1\nnever again please\t0\nit works like a charm\t1\noh no not this\t0\n',
      0,
      1,
    ],
    [
      'no names',
      'so nice of you,good\nnever again please,bad\nit works like a charm,good\noh no not this,bad\nwhat a day it was,good\nworst thing ever made,bad\ngreat people in there,good\nthey never answered me,bad\n',
      0,
      1,
    ],
    ['no text', 'id,price,day\n1,2.50,2024-01-02\n2,3.50,2024-01-03\n', null, null],
  ])('%s', async (_, text, textColumn, labelColumn) => {
    const table = await read(text, 'table.csv');
    expect(guessTextColumn(table)).toBe(textColumn);
    expect(guessLabelColumn(table)).toBe(labelColumn);
  });
});

describe('a column by its name', () => {
  it.each([
    ['text', 1],
    ['Text ', 1],
    ['ID', 0],
  ])('%s', async (name, column) => {
    expect(findColumn(await read('id,text\n1,a b c\n2,d e f\n'), name)).toBe(column);
  });

  it('prefers the exact name', async () => {
    const table = await read('Text,text\n1,a b c\n2,d e f\n');
    expect([findColumn(table, 'Text'), findColumn(table, 'text')]).toEqual([0, 1]);
    expect(() => findColumn(table, 'TEXT')).toThrow('has no column "TEXT"');
  });

  it('names the columns there are, and the closest', async () => {
    const table = await read('id,message,label\n1,a b c,x\n2,d e f,y\n');
    expect(() => findColumn(table, 'mesage')).toThrow(
      '"table.csv" has no column "mesage". It has the columns "id", "message", "label". Did you mean "message"?',
    );
    expect(() => findColumn(table, 'text')).toThrow(/"label"\.$/);
  });

  it('says so when no column holds texts', async () => {
    const table = await read('id,price\n1,2.50\n2,3.50\n');
    expect(() => requireTextColumn(table)).toThrow(
      '"table.csv" has no column with texts; it has the columns "id", "price".',
    );
  });
});
