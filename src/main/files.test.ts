import { mkdir, mkdtemp, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { findBundle } from './files';

let data = '';
let folder = '';
beforeEach(async () => {
  data = await mkdtemp(path.join(os.tmpdir(), 'handful-files-'));
  folder = path.join(data, 'exports', 'run-1');
  await mkdir(folder, { recursive: true });
});

/** A file of the run that was written so many seconds after 1970. */
async function write(name: string, seconds: number): Promise<void> {
  await writeFile(path.join(folder, name), name);
  await utimes(path.join(folder, name), seconds, seconds);
}

it('finds the file that was written last, whatever else is there', async () => {
  await write('Apple.zip', 10);
  await write('Mango.zip', 30);
  await write('Zebra.zip', 20);
  await write('a1b2c3d4.part', 40);
  await mkdir(path.join(folder, 'Banana.zip'));
  expect(await findBundle(data, 'run-1')).toEqual({
    runId: 'run-1',
    fileName: 'Mango.zip',
    path: path.join(folder, 'Mango.zip'),
  });
});

it('says what to do when there is none', async () => {
  await write('a1b2c3d4.part', 10);
  for (const runId of ['run-1', 'run-2', '../exports/run-1'])
    await expect(findBundle(data, runId)).rejects.toMatchObject({
      code: 'classifier-missing',
      message: expect.stringContaining('Export it again') as string,
    });
});
