// A journal that another program writes to, beside us.
import { appendFile, mkdtemp, open, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
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
afterEach(() => journal.close());

async function idsOf(journal: JournalFile): Promise<string[]> {
  const ids: string[] = [];
  for await (const some of journal.read(0)) ids.push(...some.map(({ id }) => id));
  return ids;
}

it('is neither overwritten nor cut off, and its entries count', async () => {
  await appendFile(file, encodeLine(skip('theirs')));
  await journal.append([skip('c'), skip('theirs')]);
  expect(await idsOf(journal)).toEqual(['a', 'b', 'theirs', 'c']);
  expect(journal.entries).toBe(4);
});

it('keeps what it wrote when our append fails', async () => {
  await appendFile(file, encodeLine(skip('theirs')));
  const handle = await open(file, 'r');
  const write = vi
    .spyOn(Object.getPrototypeOf(handle) as typeof handle, 'appendFile')
    .mockRejectedValueOnce(Object.assign(new Error('no room'), { code: 'ENOSPC' }));
  await handle.close();
  await expect(journal.append([skip('c')])).rejects.toMatchObject({ code: 'disk-full' });
  write.mockRestore();
  expect(await idsOf(await JournalFile.open(folder))).toEqual(['a', 'b', 'theirs']);
  await journal.append([skip('c')]);
  expect(await idsOf(await JournalFile.open(folder))).toEqual(['a', 'b', 'theirs', 'c']);
});

it('may even take the file away: what comes then begins a new one', async () => {
  await rm(file);
  await journal.append([skip('c')]);
  expect(await idsOf(await JournalFile.open(folder))).toEqual(['c']);
});
