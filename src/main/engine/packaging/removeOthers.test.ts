import { link, mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { removeOthers } from './removeOthers';

it('removes older files and parts, and keeps the file by whatever name it is listed', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'handful-exports-'));
  const file = path.join(folder, 'Mango.zip');
  await writeFile(file, 'new');
  await writeFile(path.join(folder, 'Apple.zip'), 'old');
  await writeFile(path.join(folder, 'a1b2c3d4.part'), 'half');
  await mkdir(path.join(folder, 'own folder'));
  await link(file, path.join(folder, 'mango.zip')); // stands for a disk that knows no letter case
  await removeOthers(file);
  expect((await readdir(folder)).sort()).toEqual(['Mango.zip', 'mango.zip', 'own folder']);
});
