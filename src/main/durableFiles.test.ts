import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { copyWhole, replaceFile } from './durableFiles';

const newFolder = () => mkdtemp(path.join(os.tmpdir(), 'handful-files-'));
const failure = (code: string) => Object.assign(new Error(`${code}: refused`), { code });

it('replaces a file wholly', async () => {
  const folder = await newFolder();
  const file = path.join(folder, 'a.json');
  await writeFile(file, 'old');
  await replaceFile(file, (temporary) => writeFile(temporary, 'new'));
  expect(await readFile(file, 'utf8')).toBe('new');
  expect(await readdir(folder)).toEqual(['a.json']);
});

it('leaves the old file, and nothing beside it, when the new one cannot be written', async () => {
  const folder = await newFolder();
  const file = path.join(folder, 'a.json');
  await writeFile(file, 'old');
  const writing = replaceFile(file, async (temporary) => {
    await writeFile(temporary, 'half of the n');
    throw failure('ENOSPC');
  });
  await expect(writing).rejects.toMatchObject({ code: 'disk-full', details: { file } });
  expect(await readFile(file, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['a.json']);
});

it('copies a file, or nothing when there is none', async () => {
  const folder = await newFolder();
  const [from, to] = [path.join(folder, 'from'), path.join(folder, 'to')];
  await expect(copyWhole(from, to)).rejects.toThrow(/ENOENT/);
  await writeFile(from, 'bundle');
  await copyWhole(from, to);
  expect(await readFile(to, 'utf8')).toBe('bundle');
});
