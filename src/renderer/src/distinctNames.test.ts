import { expect, test } from 'vitest';
import { distinctNames } from './distinctNames';

test('gives a number to a name that is taken, whatever its case', () => {
  expect(distinctNames(['Label', 'label', 'x', 'label'])).toEqual([
    'Label',
    'label 2',
    'x',
    'label 3',
  ]);
});
