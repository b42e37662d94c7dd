import { mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { dataFolderId } from './dataFolderId';

const newFolder = () => mkdtemp(path.join(os.tmpdir(), 'handful-id-'));

it('is another one for each folder, and the same for each name of a folder', async () => {
  const folder = await newFolder();
  const id = await dataFolderId(folder);
  expect(await dataFolderId(await newFolder())).not.toBe(id);
  const link = path.join(await newFolder(), 'link');
  await symlink(folder, link);
  expect(await dataFolderId(link)).toBe(id);
});

it('stays the same when the folder is moved, and when it is lost and made again', async () => {
  const above = await newFolder();
  const [here, there] = [path.join(above, 'here'), path.join(above, 'there')];
  const id = await dataFolderId(here);
  await rm(here, { recursive: true });
  expect(await dataFolderId(here)).toBe(id);
  await rename(here, there);
  expect(await dataFolderId(there)).toBe(id);
  expect(await readFile(path.join(there, 'folder-id'), 'utf8')).toBe(`${id}\n`);
});
