// The one way to change a project: a change becomes a journal entry, which is applied to the tables
// and put into the outbox in one transaction. Undo and redo are entries like all others.
import type { JournalChange, JournalEntry } from '../../../shared/journal';
import { apply } from './apply';
import type { Database, HistoryRow } from './database';
import { fitStep } from './fitStep';

/** How a change can be taken back, and what to call it. */
export interface Step {
  title: string;
  backward: JournalChange[];
}

/** Undo or redo: which changes of a step are written, and which take them back. */
interface Direction {
  undone: HistoryRow['undone'];
  to: 'forward' | 'backward';
  from: 'forward' | 'backward';
}

/** Entries that were applied, or the news that projects were rebuilt from the journal or deleted. */
export type News =
  { type: 'applied'; entries: JournalEntry[] } | { type: 'rebuilt'; ids: readonly string[] };

export class Recorder {
  readonly #listeners = new Set<(news: News) => void>();
  /** Other windows on the same database hear of every change. */
  readonly #channel: BroadcastChannel;

  constructor(readonly database: Database) {
    this.#channel = new BroadcastChannel(`handful ${database.name}`);
    this.#channel.onmessage = ({ data }: MessageEvent<News>) => this.#tell(data);
  }

  /** Applies the changes and puts them into the outbox; with a step, they can be undone. */
  async record(projectId: string, changes: JournalChange[], step?: Step): Promise<void> {
    const plain = $state.snapshot(changes);
    const plainStep = $state.snapshot(step);
    await this.#write(projectId, async () => {
      if (plainStep) {
        const { history } = this.database;
        await history.where({ projectId, undone: 1 }).delete();
        const forward = plain.filter(({ type }) => type !== 'examples');
        await history.add({ projectId, undone: 0, forward, ...plainStep });
      }
      return plain;
    });
  }

  /** Takes the last step back and returns it; undefined when there is none. */
  undo(projectId: string): Promise<HistoryRow | undefined> {
    return this.#travel(projectId, lastStep, { undone: 1, to: 'backward', from: 'forward' });
  }

  /** Does the step that was undone last again and returns it; undefined when there is none. */
  redo(projectId: string): Promise<HistoryRow | undefined> {
    return this.#travel(projectId, nextStep, { undone: 0, to: 'forward', from: 'backward' });
  }

  /** Returns a function that stops listening. */
  onNews(listen: (news: News) => void): () => void {
    this.#listeners.add(listen);
    return () => this.#listeners.delete(listen);
  }

  announceRebuilt(ids: readonly string[]): void {
    this.#publish({ type: 'rebuilt', ids });
  }

  close(): void {
    this.#channel.close();
    this.#listeners.clear();
  }

  async #travel(
    projectId: string,
    find: typeof lastStep,
    { undone, to, from }: Direction,
  ): Promise<HistoryRow | undefined> {
    const { database } = this;
    let row: HistoryRow | undefined;
    await this.#write(projectId, async () => {
      row = await find(database, projectId);
      if (!row) return [];
      const { changes, inverse } = await fitStep(database, projectId, row[to], row[from]);
      await database.history.put({ ...row, undone, [to]: changes, [from]: inverse });
      return changes;
    });
    return row;
  }

  /** Writes the changes that `prepare` returns; it runs in the same transaction. */
  async #write(projectId: string, prepare: () => Promise<JournalChange[]>): Promise<void> {
    const { database } = this;
    const { projects, examples, runs, unfinishedRuns, outbox, history } = database;
    const tables = [projects, examples, runs, unfinishedRuns, outbox, history];
    const entries = await database.transaction('rw', tables, async () => {
      const changes = await prepare();
      const made = changes.map((change) => ({
        id: crypto.randomUUID(),
        projectId,
        at: Date.now(),
        change,
      }));
      for (const entry of made) await apply(database, entry);
      await outbox.bulkAdd(made.map((entry) => ({ projectId, entry })));
      return made;
    });
    if (entries.length > 0) this.#publish({ type: 'applied', entries });
  }

  #publish(news: News): void {
    this.#tell(news);
    this.#channel.postMessage(news);
  }

  #tell(news: News): void {
    for (const listen of this.#listeners) listen(news);
  }
}

/** The step that undo would take back. */
export const lastStep = (database: Database, projectId: string): Promise<HistoryRow | undefined> =>
  database.history.where({ projectId, undone: 0 }).last();

/** The step that redo would do again. */
export const nextStep = (database: Database, projectId: string): Promise<HistoryRow | undefined> =>
  database.history.where({ projectId, undone: 1 }).first();
