import { expect, test } from 'vitest';
import { severalLabels } from './severalLabels';

test.each([';', ',', '|'])('finds cells that hold several labels, parted by "%s"', (separator) => {
  const several = `broken${separator} late`;
  expect(severalLabels(['broken', 'late', '', several, 'rude'])).toBe(several);
});

test('a name that has a comma in it is one label', () => {
  expect(severalLabels(['Goods, returned', 'Goods, returned', 'Praise'])).toBeNull();
  expect(severalLabels(['Praise', 'Delivery', ''])).toBeNull();
});

test('a single odd cell among many is no habit', () => {
  expect(severalLabels([...Array<string>(99).fill('late'), 'late; rude'])).toBeNull();
});
