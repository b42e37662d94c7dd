// The journals of all projects, a folder each: `<data>/projects/<id>/journal.jsonl`. Appends of one
// project are written one after another; those that wait meanwhile share the next write and fsync.
import { mkdir, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import type { journalContract } from '../shared/contract';
import { StudioError, toStudioError } from '../shared/errors';
import { explainDiskError } from '../shared/explainDiskError';
import { JournalEntry, type JournalState } from '../shared/journal';
import type { Api } from '../shared/rpc/contract';
import { check } from '../shared/rpc/message';
import { dataFolderId } from './dataFolderId';
import { syncFolder } from './durableFiles';
import { JournalFile } from './journalFile';

interface Waiting {
  readonly entries: readonly JournalEntry[];
  done(): void;
  fail(error: unknown): void;
}

type JournalApi = Api<typeof journalContract>['journal'];

export class Journal implements JournalApi {
  readonly #projectsFolder: string;
  readonly #removedFolder: string;
  readonly #files = new Map<string, Promise<JournalFile>>();
  readonly #queues = new Map<string, Waiting[]>();

  constructor(private readonly dataFolder: string) {
    this.#projectsFolder = path.join(dataFolder, 'projects');
    this.#removedFolder = path.join(dataFolder, 'removed');
  }

  readonly projects = async (): Promise<JournalState[]> => {
    const states: JournalState[] = [];
    for (const projectId of await foldersIn(this.#projectsFolder)) {
      if (!v.is(JournalEntry.entries.projectId, projectId)) continue; // put there by somebody else
      try {
        const { entries, damaged } = await this.#file(projectId);
        if (entries > 0) states.push({ projectId, entries, ...(damaged > 0 && { damaged }) });
      } catch (error) {
        // The others can be read and saved all the same.
        states.push({ projectId, entries: 0, problem: toStudioError(error).message });
      }
    }
    return states;
  };

  readonly read: JournalApi['read'] = ({ projectId, from }) => {
    const file = () => this.#file(projectId);
    return (async function* () {
      yield* (await file()).read(from);
    })();
  };

  readonly append = async (entries: readonly JournalEntry[]): Promise<void> => {
    const byProject = new Map<string, JournalEntry[]>();
    for (const entry of entries) {
      const own = byProject.get(entry.projectId);
      if (own) own.push(entry);
      else byProject.set(entry.projectId, [entry]);
    }
    const saved = [...byProject].map(([projectId, own]) => this.#enqueue(projectId, own));
    await Promise.all(saved);
  };

  readonly folder: JournalApi['folder'] = async () => ({
    id: await dataFolderId(this.dataFolder),
    removed: await foldersIn(this.#removedFolder),
  });

  async close(): Promise<void> {
    const files = [...this.#files.values()];
    this.#files.clear();
    for (const file of files) await (await file).close();
  }

  async #file(projectId: string): Promise<JournalFile> {
    // An id comes from a page: it names a folder and nothing above or below it.
    check(JournalEntry.entries.projectId, projectId, 'The id of a project');
    const known = this.#files.get(projectId);
    if (known) return known;
    const folder = path.join(this.#projectsFolder, projectId);
    const opening = JournalFile.open(folder).catch((error: unknown) => {
      this.#files.delete(projectId); // so that the next call tries again
      throw explainDiskError(error, folder);
    });
    this.#files.set(projectId, opening);
    return opening;
  }

  #enqueue(projectId: string, entries: readonly JournalEntry[]): Promise<void> {
    return new Promise((done, fail) => {
      const queue = this.#queues.get(projectId);
      if (queue) {
        queue.push({ entries, done, fail });
        return;
      }
      this.#queues.set(projectId, [{ entries, done, fail }]);
      void this.#write(projectId);
    });
  }

  /** Writes until nobody waits; whoever comes meanwhile is in the next round. */
  async #write(projectId: string): Promise<void> {
    for (;;) {
      const round = this.#queues.get(projectId)?.splice(0) ?? [];
      if (round.length === 0) break;
      const entries = round.flatMap((waiting) => waiting.entries);
      try {
        const file = await this.#file(projectId);
        // Only a page that has not yet heard of it goes on with a project that was deleted.
        if (file.entries === 0 && (await foldersIn(this.#removedFolder)).includes(projectId))
          throw new StudioError('bad-request', 'This project was deleted in another window.');
        await file.append(entries);
        if (entries.some((entry) => entry.change.type === 'project-removed'))
          await this.#remove(projectId);
        for (const waiting of round) waiting.done();
      } catch (error) {
        for (const waiting of round) waiting.fail(error);
      }
    }
    this.#queues.delete(projectId);
  }

  /** Moves the project's folder aside instead of deleting it: a person may have meant another one. */
  async #remove(projectId: string): Promise<void> {
    const from = path.join(this.#projectsFolder, projectId);
    await (await this.#file(projectId)).close();
    this.#files.delete(projectId);
    await mkdir(this.#removedFolder, { recursive: true });
    const taken = new Set(await foldersIn(this.#removedFolder));
    let name = projectId;
    for (let n = 2; taken.has(name); n++) name = `${projectId}-${n}`;
    try {
      await rename(from, path.join(this.#removedFolder, name));
      await syncFolder(this.#projectsFolder);
      await syncFolder(this.#removedFolder);
    } catch (error) {
      throw explainDiskError(error, from);
    }
  }
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const found = await readdir(folder, { withFileTypes: true });
    return found.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw explainDiskError(error, folder);
  }
}
