// A journal that another program writes to, beside us.
import { constants, ftruncate } from 'node:fs';
import { appendFile, mkdtemp, open, readFile, rm, type FileHandle } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { JournalEntry } from '../shared/journal';
import { JournalFile } from './journalFile';
import { encodeLine } from './journalLine';

const skip = (id: string): JournalEntry => ({
  id,
  projectId: 'p1',
  at: 1,
  change: { type: 'decision', exampleId: id, decision: null, skipped: true },
});

let folder = '';
let file = '';
let journal: JournalFile;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'handful-journal-'));
  file = path.join(folder, 'journal.jsonl');
  journal = await JournalFile.open(folder);
  await journal.append([skip('a'), skip('b')]);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await journal.close();
});

async function idsOf(journal: JournalFile): Promise<string[]> {
  const ids: string[] = [];
  for await (const some of journal.read(0)) ids.push(...some.map(({ id }) => id));
  return ids;
}

const failure = (code: string) => Object.assign(new Error('refused'), { code });
const cut = promisify(ftruncate);

async function handlePrototype(): Promise<FileHandle> {
  const handle = await open(file, 'r');
  await handle.close();
  return Object.getPrototypeOf(handle) as FileHandle;
}

/** Makes the disk refuse the next write or sync of an open file, after `meanwhile` has happened. */
async function refuseOnce(
  call: 'appendFile' | 'sync',
  code: string,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  vi.spyOn(await handlePrototype(), call).mockImplementationOnce(async () => {
    await meanwhile();
    throw failure(code);
  });
}

it('is neither overwritten nor cut off, and its entries count', async () => {
  await appendFile(file, encodeLine(skip('theirs')));
  await journal.append([skip('c'), skip('theirs')]);
  expect(await idsOf(journal)).toEqual(['a', 'b', 'theirs', 'c']);
  expect(journal.entries).toBe(4);
});

it('keeps what it wrote when our append fails', async () => {
  await appendFile(file, encodeLine(skip('theirs')));
  await refuseOnce('appendFile', 'ENOSPC');
  await expect(journal.append([skip('c')])).rejects.toMatchObject({ code: 'disk-full' });
  expect(await idsOf(await JournalFile.open(folder))).toEqual(['a', 'b', 'theirs']);
  await journal.append([skip('c')]);
  expect(await idsOf(await JournalFile.open(folder))).toEqual(['a', 'b', 'theirs', 'c']);
});

it('keeps what it wrote while our append failed', async () => {
  await refuseOnce('appendFile', 'ENOSPC', () => appendFile(file, encodeLine(skip('theirs'))));
  await expect(journal.append([skip('c'), skip('d')])).rejects.toMatchObject({ code: 'disk-full' });
  await journal.append([skip('c')]);
  expect(await idsOf(journal)).toEqual(['a', 'b', 'theirs', 'c']);
});

it('may even take the file away: what comes then begins a new one', async () => {
  await rm(file);
  await journal.append([skip('c')]);
  expect(await idsOf(await JournalFile.open(folder))).toEqual(['c']);
});

it('may take it away while our append fails', async () => {
  await refuseOnce('appendFile', 'EIO', () => rm(file));
  await expect(journal.append([skip('c')])).rejects.toThrow();
  await journal.append([skip('c')]);
  expect(await idsOf(await JournalFile.open(folder))).toEqual(['c']);
});

it.skipIf(process.platform !== 'linux')(
  'takes back a failed append where a file that is open for adding cannot be cut',
  async () => {
    const before = await readFile(file, 'utf8');
    const prototype = await handlePrototype();
    const truncate = vi.spyOn(prototype, 'truncate').mockImplementation(async function (
      this: FileHandle,
      length?: number,
    ) {
      // What Windows does. The flags are octal; this bit of them says that the file is only added to.
      const info = await readFile(`/proc/self/fdinfo/${this.fd}`, 'utf8');
      const flags = parseInt(/flags:\s*(\d+)/.exec(info)?.[1] ?? '', 8);
      if (flags & constants.O_APPEND) throw failure('EPERM');
      await cut(this.fd, length);
    });
    await refuseOnce('sync', 'ENOSPC');
    await expect(journal.append([skip('c')])).rejects.toMatchObject({ code: 'disk-full' });
    expect(await readFile(file, 'utf8')).toBe(before);
    await journal.append([skip('d')]);
    truncate.mockRestore();
    expect(await idsOf(await JournalFile.open(folder))).toEqual(['a', 'b', 'd']);
  },
);
