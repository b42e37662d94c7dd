import { expect, test } from 'vitest';
import type { Example } from '../../../../shared/domain';
import { savedTable } from './savedTable';

const example = (text: string, label: string | null, others?: Record<string, string>): Example => ({
  id: text,
  projectId: 'p',
  position: 0,
  text,
  ...(others && { others }),
  decision: label ? { labels: [label], source: 'human', at: 1 } : null,
});

test('gives back the other columns of the file, whatever they are called', () => {
  const table = savedTable(
    [
      example('Thanks!', 'a', { who: 'Ada', Label: 'old' }),
      example('Why?', null, { who: 'Bob', points: '7' }),
      example('Typed', null),
    ],
    [{ id: 'a', name: 'Praise' }],
  );
  expect(table.columns).toEqual(['text', 'label', 'label_source', 'who', 'Label 2', 'points']);
  expect(table.rows).toEqual([
    ['Thanks!', 'Praise', 'human', 'Ada', 'old', ''],
    ['Why?', '', '', 'Bob', '', '7'],
    ['Typed', '', '', '', '', ''],
  ]);
});
