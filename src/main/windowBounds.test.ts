import { mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { recallBounds, rememberBounds } from './windowBounds';

const screens = [
  { x: 0, y: 0, width: 1920, height: 1080 },
  { x: 1920, y: 0, width: 1280, height: 1024 },
];
const newFolder = () => mkdtemp(path.join(os.tmpdir(), 'handful-window-'));

it.each([
  ['in the middle', { x: 100, y: 100, width: 900, height: 700 }, true],
  ['on the second screen', { x: 2000, y: 50, width: 900, height: 700 }, true],
  ['mostly to the left of the first', { x: -750, y: 50, width: 900, height: 700 }, true],
  ['on a screen that is gone', { x: 4000, y: 50, width: 900, height: 700 }, false],
  [
    'above the screens, where its title cannot be reached',
    { x: 0, y: -30, width: 900, height: 700 },
    false,
  ],
  ['smaller than a window', { x: 0, y: 0, width: 10, height: 10 }, false],
])('recalls a window %s: %j, %s', async (_where, bounds, isFound) => {
  const folder = await newFolder();
  rememberBounds(folder, bounds);
  expect(recallBounds(folder, screens)).toEqual(isFound ? bounds : null);
});

it('has nothing to recall at the first start, nor from a file that is not its own', async () => {
  const folder = await newFolder();
  expect(recallBounds(folder, screens)).toBeNull();
  await writeFile(path.join(folder, 'window.json'), '{"x": 1');
  expect(recallBounds(folder, screens)).toBeNull();
});

it('does not keep the window from closing when it cannot be written', () => {
  expect(() =>
    rememberBounds('/nowhere', { ...screens[0], x: 0, y: 0, width: 1, height: 1 }),
  ).not.toThrow();
});
