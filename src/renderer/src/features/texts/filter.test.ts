import { expect, test } from 'vitest';
import type { Example } from '../../../../shared/domain';
import { filterExamples } from './filter';

const example = (text: string, label?: string, skipped = false): Example => ({
  id: text,
  projectId: 'p',
  position: 0,
  text,
  skipped,
  decision: label ? { labels: [label], source: 'human', at: 1 } : null,
});
const examples = [example('Crème brûlée', 'food'), example('A parcel'), example('Hm', '', true)];
const ids = (show: string, search = '') =>
  filterExamples(examples, show, search).map(({ id }) => id);

test('shows by label, by what is unlabelled and by what was skipped', () => {
  expect(ids('food')).toEqual(['Crème brûlée']);
  expect(ids('unlabelled')).toEqual(['A parcel', 'Hm']);
  expect(ids('skipped')).toEqual(['Hm']);
});

test('searches without regard to case and accents, within what is shown', () => {
  expect(ids('all', ' CREME BRU ')).toEqual(['Crème brûlée']);
  expect(ids('unlabelled', 'creme')).toEqual([]);
});

test('hands back the very list when nothing is filtered, so that 100,000 rows cost nothing', () => {
  expect(filterExamples(examples, 'all', ' ')).toBe(examples);
});
