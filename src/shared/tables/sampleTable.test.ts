import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { guessLabelColumn, guessTextColumn } from './columns';
import { readTable } from './readTable';

it('the sample table: 300 different messages of 10 to 60 words, four labels alike', async () => {
  const table = await readTable(
    await readFile('resources/samples/customer-messages.csv'),
    'customer-messages.csv',
  );
  expect(table).toMatchObject({ columns: ['id', 'text', 'label'], encoding: 'UTF-8', notes: [] });
  expect([guessTextColumn(table), guessLabelColumn(table)]).toEqual([1, 2]);
  const texts = table.rows.map((row) => row[1] ?? '');
  expect(new Set(texts).size).toBe(300);
  const words = texts.map((text) => text.split(/\s+/).length);
  expect([Math.min(...words), Math.max(...words)].every((n) => n >= 10 && n <= 60)).toBe(true);
  const labels = ['Billing', 'Delivery', 'Praise', 'Technical problem'];
  expect([...new Set(table.rows.map((row) => row[2]))].sort()).toEqual(labels);
  for (const label of labels) expect(table.rows.filter((row) => row[2] === label)).toHaveLength(75);
});
