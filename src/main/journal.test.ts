import { fork, spawn, type ChildProcess } from 'node:child_process';
import {
  appendFile,
  cp,
  mkdir,
  mkdtemp,
  open,
  readFile,
  readdir,
  rename,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildChildScript } from '../../tests/contract/childScript';
import type { JournalEntry } from '../shared/journal';
import { Journal } from './journal';
import { encodeLine } from './journalLine';

const newFolder = () => mkdtemp(path.join(os.tmpdir(), 'handful-journal-'));

const opened: Journal[] = [];
function openJournal(folder: string): Journal {
  const journal = new Journal(folder);
  opened.push(journal);
  return journal;
}
afterEach(async () => {
  for (const journal of opened.splice(0)) await journal.close();
});

const skip = (id: string, projectId = 'p1'): JournalEntry => ({
  id,
  projectId,
  at: 1,
  change: { type: 'decision', exampleId: `example of ${id}`, decision: null, skipped: true },
});

const end = (id: string): JournalEntry => ({ ...skip(id), change: { type: 'project-removed' } });

async function readAll(journal: Journal, projectId = 'p1', from = 0): Promise<JournalEntry[]> {
  const all: JournalEntry[] = [];
  const stream = journal.read({ projectId, from }, new AbortController().signal);
  for await (const some of stream) all.push(...some);
  return all;
}
const readIds = async (journal: Journal, projectId = 'p1', from = 0) =>
  (await readAll(journal, projectId, from)).map((entry) => entry.id);

/** A data folder with one project of the given entries, as a run before left it. */
async function folderWith(entries: JournalEntry[]): Promise<{ folder: string; file: string }> {
  const folder = await newFolder();
  const journal = openJournal(folder);
  await journal.append(entries);
  await journal.close();
  return { folder, file: path.join(folder, 'projects', 'p1', 'journal.jsonl') };
}

describe('reading and adding', () => {
  it('gives back what was added, in order, also after a restart', async () => {
    const { folder } = await folderWith([skip('a'), skip('b')]);
    const journal = openJournal(folder);
    await journal.append([skip('c')]);
    expect(await readAll(journal)).toEqual([skip('a'), skip('b'), skip('c')]);
    expect(await readIds(openJournal(folder), 'p1', 1)).toEqual(['b', 'c']);
    expect(await openJournal(folder).projects()).toEqual([{ projectId: 'p1', entries: 3 }]);
  });

  it('knows nothing of a project that it never saw, and makes nothing for it', async () => {
    const folder = await newFolder();
    expect(await readAll(openJournal(folder), 'other')).toEqual([]);
    expect(await openJournal(folder).projects()).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('reads nothing outside its folder, whatever a page calls a project', async () => {
    const { folder } = await folderWith([skip('a')]);
    const journal = openJournal(path.join(folder, 'projects', 'p1', 'inner'));
    await expect(readAll(journal, '../../../p1')).rejects.toMatchObject({ code: 'bad-request' });
    await mkdir(path.join(folder, 'projects', 'my backup'));
    expect(await openJournal(folder).projects()).toEqual([{ projectId: 'p1', entries: 1 }]);
  });

  it('keeps an entry once, however often it is sent', async () => {
    const { folder } = await folderWith([skip('a'), skip('a')]);
    const journal = openJournal(folder);
    await Promise.all([journal.append([skip('b'), skip('a')]), journal.append([skip('b')])]);
    expect(await readIds(journal)).toEqual(['a', 'b']);
  });

  it('keeps projects apart', async () => {
    const journal = openJournal(await newFolder());
    await journal.append([skip('a', 'p1'), skip('b', 'p2'), skip('c', 'p1')]);
    expect(await readIds(journal, 'p1')).toEqual(['a', 'c']);
    expect(await readIds(journal, 'p2')).toEqual(['b']);
  });

  it('keeps the order of many appends that wait for one another', async () => {
    const journal = openJournal(await newFolder());
    const ids = Array.from({ length: 500 }, (_, n) => `n${n}`);
    await Promise.all(ids.map((id) => journal.append([skip(id)])));
    expect(await readIds(journal)).toEqual(ids);
  });

  it('puts appends that wait onto the disk together', async () => {
    const folder = await newFolder();
    const handle = await open(folder, 'r');
    const sync = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'sync');
    await handle.close();
    const journal = openJournal(folder);
    await Promise.all(Array.from({ length: 200 }, (_, n) => journal.append([skip(`n${n}`)])));
    expect(sync.mock.calls.length).toBeLessThan(10);
    sync.mockRestore();
  });

  it('reads texts of several megabytes with any character', async () => {
    const text = 'שלום 😀 \u0000 \u2028\n'.repeat(100_000);
    const example = { id: 'e', projectId: 'p1', position: 0, text, decision: null };
    const entry: JournalEntry = {
      ...skip('a'),
      change: { type: 'examples', examples: [example, { ...example, id: 'f' }] },
    };
    const { folder } = await folderWith([entry, skip('b')]);
    expect(await readAll(openJournal(folder))).toEqual([entry, skip('b')]);
  });

  it('reads what stood there when reading began, while more is added', async () => {
    const { folder } = await folderWith([skip('a')]);
    const journal = openJournal(folder);
    for await (const some of journal.read(
      { projectId: 'p1', from: 0 },
      new AbortController().signal,
    )) {
      await journal.append([skip('later')]);
      expect(some.map((entry) => entry.id)).toEqual(['a']);
    }
    expect(await readIds(journal)).toEqual(['a', 'later']);
  });

  it('moves a removed project aside, and one of the same name beside it', async () => {
    const folder = await newFolder();
    const journal = openJournal(folder);
    const [projects, removed] = [path.join(folder, 'projects'), path.join(folder, 'removed')];
    await journal.append([skip('a'), end('a-end')]);
    expect(await journal.projects()).toEqual([]);
    await cp(path.join(removed, 'p1'), path.join(projects, 'p1'), { recursive: true }); // by hand
    await journal.append([skip('b'), end('b-end')]);
    expect(await journal.projects()).toEqual([]);
    expect((await readdir(removed)).sort()).toEqual(['p1', 'p1-2']);
    expect(await readdir(projects)).toEqual([]);
  });

  it('tells which projects were removed, and lets nobody go on with them', async () => {
    const folder = await newFolder();
    const journal = openJournal(folder);
    expect((await journal.folder()).removed).toEqual([]);
    await journal.append([skip('a'), end('a-end'), skip('b', 'p2')]);
    for (const same of [journal, openJournal(folder)]) {
      expect(await same.folder()).toMatchObject({ removed: ['p1'] });
      await expect(same.append([skip('late')])).rejects.toThrow(/deleted in another window/);
      expect(await same.projects()).toEqual([{ projectId: 'p2', entries: 1 }]);
    }
  });

  it('tells folders apart', async () => {
    const [one, other] = [openJournal(await newFolder()), openJournal(await newFolder())];
    expect((await one.folder()).id).not.toBe((await other.folder()).id);
  });
});

describe('damage', () => {
  it('cuts off a last line that is torn at any byte, and goes on', async () => {
    const whole = encodeLine(skip('a'));
    const last = encodeLine(skip('b'));
    const { folder, file } = await folderWith([skip('a')]);
    for (let length = 1; length < last.length; length += 7) {
      const torn = last.slice(0, length);
      await writeFile(file, whole + torn);
      const journal = openJournal(folder);
      expect(await journal.projects()).toEqual([{ projectId: 'p1', entries: 1, damaged: 1 }]);
      await journal.append([skip('b')]);
      expect(await readFile(file, 'utf8')).toBe(whole + last);
      expect(await readIds(openJournal(folder))).toEqual(['a', 'b']);
      await journal.close();
    }
    const aside = await readFile(file.replace('journal.jsonl', 'journal.damaged.jsonl'), 'utf8');
    expect(aside).toContain(`${last.slice(0, 8)}\n`);
  });

  it('sets a damaged line in the middle aside and reads the rest', async () => {
    const { folder, file } = await folderWith([skip('a'), skip('b'), skip('c')]);
    const bytes = await readFile(file);
    const at = bytes.indexOf('example of b');
    bytes.writeUInt8(bytes.readUInt8(at) ^ 0x01, at);
    await writeFile(file, bytes);

    const journal = openJournal(folder);
    expect(await journal.projects()).toEqual([{ projectId: 'p1', entries: 2, damaged: 1 }]);
    expect(await readIds(journal)).toEqual(['a', 'c']);
    const aside = await readFile(file.replace('journal.jsonl', 'journal.damaged.jsonl'), 'utf8');
    expect(aside).toContain('dxample of b');
    await journal.append([skip('b')]);
    expect(await readIds(openJournal(folder))).toEqual(['a', 'c', 'b']);
    expect(await openJournal(folder).projects()).toEqual([{ projectId: 'p1', entries: 3 }]);
  });

  it('is not put off by a file of zeros, nor by one of noise', async () => {
    const { folder, file } = await folderWith([skip('a')]);
    await appendFile(file, Buffer.concat([Buffer.alloc(5000), Buffer.from('\n\n{"check"}\n')]));
    expect(await openJournal(folder).projects()).toEqual([
      { projectId: 'p1', entries: 1, damaged: 3 },
    ]);
    expect(await readIds(openJournal(folder))).toEqual(['a']);
  });
});

describe('a disk that refuses', () => {
  let writer = '';
  beforeAll(async () => {
    writer = await buildChildScript('tests/contract/journalWriter.ts');
  });

  it('says so in a sentence that names the file when something is in the way', async () => {
    const folder = await newFolder();
    await mkdir(path.join(folder, 'projects'));
    await writeFile(path.join(folder, 'projects', 'p1'), 'not a folder');
    await expect(openJournal(folder).append([skip('a')])).rejects.toMatchObject({
      code: 'no-permission',
      message: expect.stringMatching(/p1.*file stands where a folder is needed/) as string,
    });
  });

  it('is the matter of one project: the others are read and saved', async () => {
    const { folder } = await folderWith([skip('a'), skip('b', 'p2')]);
    const file = path.join(folder, 'projects', 'p1', 'journal.jsonl');
    await rename(file, `${file}.old`);
    await mkdir(file);
    const journal = openJournal(folder);
    expect(await journal.projects()).toEqual([
      { projectId: 'p1', entries: 0, problem: expect.stringMatching(/p1.*Move it away/) as string },
      { projectId: 'p2', entries: 1 },
    ]);
    await journal.append([skip('c', 'p2')]);
    await rmdir(file);
    await rename(`${file}.old`, file);
    expect(await journal.projects()).toEqual([
      { projectId: 'p1', entries: 1 },
      { projectId: 'p2', entries: 2 },
    ]);
  });

  it.skipIf(process.platform === 'win32')(
    'keeps what was saved and nothing half-written when the room runs out',
    async () => {
      const folder = await newFolder();
      // The shell's limit on the size of a file, 64 kB here, makes a write stop half-way.
      const child = spawn(
        'bash',
        ['-c', 'ulimit -f 64; exec "$0" "$@"', process.execPath, writer, folder, 'w', 'p1'],
        { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
      );
      const { saved, failure } = await listen(child);
      expect(failure).toMatchObject({
        failed: 'disk-full',
        message: expect.stringContaining('journal.jsonl') as string,
      });
      const file = path.join(folder, 'projects', 'p1', 'journal.jsonl');
      expect((await readFile(file, 'utf8')).endsWith('}\n')).toBe(true);
      const journal = openJournal(folder);
      expect(await journal.projects()).toEqual([{ projectId: 'p1', entries: saved.length }]);
      expect(await readIds(journal)).toEqual(saved);
      await journal.append([skip('after')]);
      expect(await readIds(openJournal(folder))).toEqual([...saved, 'after']);
    },
  );

  it('loses no entry that it called saved when its process is killed, again and again', async () => {
    const folder = await newFolder();
    const saved: string[] = [];
    for (let round = 0; round < 8; round++) {
      const child = fork(writer, [folder, `r${round}`, 'p1', 'p2'], { execArgv: [] });
      saved.push(...(await listen(child, 20 + 7 * round)).saved);
    }
    const journal = openJournal(folder);
    const kept = [...(await readIds(journal, 'p1')), ...(await readIds(journal, 'p2'))];
    expect(saved.length).toBeGreaterThan(100);
    expect(saved.filter((id) => !kept.includes(id))).toEqual([]);
    expect((await stat(path.join(folder, 'projects', 'p1'))).isDirectory()).toBe(true);
  });
});

/** What a writer said until it ended, killed after it had said `enough` entries saved. */
function listen(
  child: ChildProcess,
  enough = Infinity,
): Promise<{ saved: string[]; failure: object | null }> {
  const saved: string[] = [];
  let failure: object | null = null;
  child.on('message', (message: { saved?: string }) => {
    if (message.saved === undefined) failure = message;
    else if (saved.push(message.saved) === enough) child.kill('SIGKILL');
  });
  return new Promise((resolve) => child.once('close', () => resolve({ saved, failure })));
}
