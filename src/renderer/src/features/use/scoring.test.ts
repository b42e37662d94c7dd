import { expect, test, vi } from 'vitest';
import { sampleProject } from '../../../../../tests/sampleProject';
import { batchBytes } from '../../../../shared/rpc/messageSize';
import type { Table } from '../../../../shared/tables/table';
import type { Classifier } from '../../classifier';
import { createFakeStudio } from '../../fakeStudio';
import { Scoring } from './scoring.svelte';

const { task } = sampleProject;
const classifier: Classifier = {
  ref: { kind: 'zero-shot', encoder: 'handful-mini', task },
  task,
  key: 'k',
};
const tableOf = (rows: string[][]): Table => ({
  name: 't.csv',
  format: 'csv',
  columns: ['id', 'label'],
  hasHeader: true,
  notes: [],
  rows,
});

test('keeps all columns, adds label, confidence and a column for each label', async () => {
  const rows = [
    ['1', 'refund refund please'],
    ['2', '  '],
    ['3', 'delivery is late'],
  ];
  const scoring = new Scoring(tableOf(rows), 1, classifier);
  await scoring.run(createFakeStudio());
  const result = scoring.result();
  expect(scoring.status).toBe('done');
  expect(result.columns).toEqual(['id', 'label', 'label 2', 'confidence', 'refund', 'delivery']);
  expect(result.rows.map((row) => row.length)).toEqual([6, 6, 6]);
  expect(result.rows[1]).toEqual(['2', '  ', '', '', '', '']);
  const [, , label, confidence, refund, delivery] = result.rows[0] ?? [];
  expect(Number(refund) + Number(delivery)).toBeCloseTo(1, 3);
  expect(confidence).toBe(label === 'refund' ? refund : delivery);
});

test('goes through more rows than one request holds, and stops when told to', async () => {
  const rows = Array.from({ length: 4500 }, (_, row) => [`${row}`, `text ${row}`]);
  const scoring = new Scoring(tableOf(rows), 1, classifier);
  await scoring.run(createFakeStudio());
  expect(scoring.done).toBe(4500);
  expect(scoring.result().rows.every((row) => row[2] !== '')).toBe(true);

  const stopped = new Scoring(tableOf(rows), 1, classifier);
  const running = stopped.run(createFakeStudio({ stepMs: 5 }));
  await new Promise((resolve) => setTimeout(resolve, 40));
  stopped.cancel();
  await running;
  expect(stopped.status).toBe('stopped');
  expect(stopped.done).toBeLessThan(4500);
});

test('sends long texts a few at a time', async () => {
  const text = 'word '.repeat(8000);
  const rows = Array.from({ length: 500 }, (_, row) => [`${row}`, `${row} ${text}`]);
  const studio = createFakeStudio();
  const run = vi.spyOn(studio.predictions, 'run');
  const scoring = new Scoring(tableOf(rows), 1, classifier);
  await scoring.run(studio);
  expect(scoring.result().rows.every((row) => row[2] !== '')).toBe(true);
  const requests = run.mock.calls.map(([{ texts }]) => texts);
  expect(requests.flat()).toHaveLength(500);
  for (const texts of requests)
    expect(JSON.stringify(texts).length).toBeLessThan(batchBytes + 2 * texts.length);
});
