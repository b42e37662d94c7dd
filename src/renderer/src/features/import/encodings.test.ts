import { expect, test } from 'vitest';
import { readTable } from '../../../../shared/tables/readTable';
import { encodingChoices } from './encodings';

test('each encoding is offered once, by the name that the reader gives it', async () => {
  const bytes = new TextEncoder().encode('text;label\nThank you;Praise\n');
  const values = encodingChoices('UTF-8').map(({ value }) => value);
  expect(new Set(values.map((value) => value.toLowerCase())).size).toBe(values.length);
  for (const encoding of values.filter((value) => !value.startsWith('UTF-16')))
    expect((await readTable(bytes, 'a.csv', { encoding })).encoding).toBe(encoding);
});

test('one that is seldom met comes first', () => {
  expect(encodingChoices('KOI8-R')[0]).toEqual({ value: 'KOI8-R', name: 'KOI8-R' });
});
