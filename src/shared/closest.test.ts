import { expect, it } from 'vitest';
import { closest } from './closest';

it.each([
  ['lable', ['table', 'label'], 'label'],
  ['trian', ['open', 'train'], 'train'],
  ['TEXT', ['text', 'label'], 'text'],
  ['positiv', ['negative', 'positive'], 'positive'],
  ['price', ['text', 'label'], null],
  ['x', [], null],
])('%s among %j is %s', (wanted, candidates, found) => {
  expect(closest(wanted, candidates)).toBe(found);
});
