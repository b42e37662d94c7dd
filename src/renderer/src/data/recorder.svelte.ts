// The one way to change a project: a change becomes a journal entry, which is applied to the tables
// and put into the outbox in one transaction. Undo and redo are entries like all others.
import type { JournalChange, JournalEntry } from '../../../shared/journal';
import { apply } from './apply';
import type { Database, HistoryRow } from './database';

/** How a change can be taken back, and what to call it. */
export interface Step {
  title: string;
  backward: JournalChange[];
}

/** Entries that were applied, or the news that a project was rebuilt from its journal. */
export type News =
  { type: 'applied'; entries: JournalEntry[] } | { type: 'rebuilt'; ids: string[] };

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
    await this.#write(projectId, plain, async () => {
      if (!plainStep) return;
      const { history } = this.database;
      await history.where({ projectId, undone: 1 }).delete();
      await history.add({ projectId, undone: 0, forward: plain, ...plainStep });
    });
  }

  /** Takes the last step back and returns it; undefined when there is none. */
  async undo(projectId: string): Promise<HistoryRow | undefined> {
    const row = await lastStep(this.database, projectId);
    if (row)
      await this.#write(projectId, row.backward, async () => {
        await this.database.history.update(row.seq, { undone: 1 });
      });
    return row;
  }

  /** Does the step that was undone last again and returns it; undefined when there is none. */
  async redo(projectId: string): Promise<HistoryRow | undefined> {
    const row = await nextStep(this.database, projectId);
    if (row)
      await this.#write(projectId, row.forward, async () => {
        await this.database.history.update(row.seq, { undone: 0 });
      });
    return row;
  }

  /** Returns a function that stops listening. */
  onNews(listen: (news: News) => void): () => void {
    this.#listeners.add(listen);
    return () => this.#listeners.delete(listen);
  }

  announceRebuilt(ids: string[]): void {
    this.#publish({ type: 'rebuilt', ids });
  }

  close(): void {
    this.#channel.close();
    this.#listeners.clear();
  }

  async #write(
    projectId: string,
    changes: JournalChange[],
    alongside: () => Promise<void>,
  ): Promise<void> {
    const entries = changes.map((change) => ({
      id: crypto.randomUUID(),
      projectId,
      at: Date.now(),
      change,
    }));
    const { database } = this;
    const { projects, examples, runs, outbox, history } = database;
    await database.transaction('rw', [projects, examples, runs, outbox, history], async () => {
      for (const entry of entries) await apply(database, entry);
      await outbox.bulkAdd(entries.map((entry) => ({ projectId, entry })));
      await alongside();
    });
    this.#publish({ type: 'applied', entries });
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
