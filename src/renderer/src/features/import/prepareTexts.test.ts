import { describe, expect, test } from 'vitest';
import type { Table } from '../../../../shared/tables/table';
import { addLabels, prepareTexts, toExamples } from './prepareTexts';

const table: Table = {
  name: 'messages.csv',
  format: 'csv',
  columns: ['message', 'topic'],
  hasHeader: true,
  notes: [],
  rows: [
    ['Where is my parcel?', ''],
    ['  ', 'delivery'],
    ['I want my money back', 'refund'],
    ['Where is my parcel?', 'Delivery'],
    ['Thanks!', 'delivery'],
  ],
};

describe('prepareTexts', () => {
  test('leaves blank rows out and keeps one of each duplicate, with the label that it has', () => {
    const { rows, blank, longest, duplicates, labelNames } = prepareTexts(table, {
      text: 0,
      label: 1,
      keepDuplicates: false,
    });
    expect(rows).toEqual([
      { text: 'Where is my parcel?', labelName: 'Delivery' },
      { text: 'I want my money back', labelName: 'refund' },
      { text: 'Thanks!', labelName: 'delivery' },
    ]);
    expect({ blank, longest, duplicates }).toEqual({ blank: 1, longest: 20, duplicates: 1 });
    expect(labelNames).toEqual(['refund', 'Delivery', 'delivery']);
  });

  test('keeps duplicates when asked to, and counts what the project has', () => {
    const kept = prepareTexts(table, { text: 0, label: null, keepDuplicates: true }, ['Thanks!']);
    expect(kept.rows).toHaveLength(4);
    expect(kept.duplicates).toBe(2);
  });
});

test('the cells of all other columns come along', () => {
  const wide: Table = {
    ...table,
    columns: ['who', 'message', 'topic', 'points'],
    rows: [
      ['Ada', 'Thanks!', 'praise', '7'],
      ['', 'Why?', '', ''],
    ],
  };
  const { rows } = prepareTexts(wide, { text: 1, label: 2, keepDuplicates: false });
  const [first, second] = toExamples(rows, [], 'p', 0);
  expect(first).toMatchObject({ text: 'Thanks!', others: { who: 'Ada', points: '7' } });
  expect(second).not.toHaveProperty('others');
});

test('labels that differ in case only are one label', () => {
  const labels = addLabels([{ id: 'a', name: 'Refund' }], ['refund', 'delivery', 'Delivery']);
  expect(labels.map(({ name }) => name)).toEqual(['Refund', 'delivery']);
});

test('a label name becomes an imported decision', () => {
  const labels = [{ id: 'a', name: 'Refund' }];
  const rows = [
    { text: 'x', labelName: 'refund' },
    { text: 'y', labelName: '' },
  ];
  const [first, second] = toExamples(rows, labels, 'p', 7);
  expect(first).toMatchObject({ position: 7, decision: { labels: ['a'], source: 'imported' } });
  expect(second).toMatchObject({ position: 8, decision: null });
});
