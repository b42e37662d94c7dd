// Keeps the journal on the disk equal to the tables: reconciles when the studio is reached, then
// sends the outbox in order. One job at a time, over all windows of this browser.
import type { Studio } from '../../../shared/contract';
import { StudioError, toStudioError } from '../../../shared/errors';
import { oneMessage } from '../../../shared/rpc/messageSize';
import type { OutboxRow } from './database';
import { reconcile } from './reconcile';
import type { Recorder } from './recorder.svelte';

export type SaveState =
  | { kind: 'saved' }
  | { kind: 'saving' }
  /** Kept in this browser, not yet on the disk. */
  | { kind: 'waiting'; reason: StudioError };

const entriesPerMessage = 200;
const retryMs = 3000;

export class JournalLink {
  #state = $state.raw<SaveState>({ kind: 'saving' });
  #reconciled = false;
  /** Projects whose journals cannot be read or added to at present, and why: no other waits for them. */
  #refused = new Map<string, StudioError>();
  #jobs: Promise<void> = Promise.resolve();
  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #stopListening: () => void;

  constructor(
    readonly recorder: Recorder,
    readonly studio: () => Studio,
    /** The browser's; absent where there is one window only. */
    readonly locks?: LockManager,
  ) {
    this.#stopListening = recorder.onNews(({ type }) => {
      if (type === 'applied') void this.flush();
    });
  }

  get state(): SaveState {
    return this.#state;
  }

  /** To be called whenever the studio was reached, at start and after a lost connection. */
  connected(): Promise<void> {
    this.#reconciled = false;
    return this.flush();
  }

  /** To be called when the connection was lost. */
  disconnected(): void {
    this.#reconciled = false;
    this.#state = { kind: 'waiting', reason: lost() };
  }

  /** Brings the journal up to the tables; a failure shows in `state` and is tried again. */
  flush(): Promise<void> {
    this.#jobs = this.#jobs.then(() => this.#exclusively(() => this.#bringUp()));
    return this.#jobs;
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#stopListening();
  }

  /** Runs the job while no other window runs one. */
  async #exclusively(job: () => Promise<void>): Promise<void> {
    await (this.locks ? this.locks.request('handful outbox', job) : job());
  }

  async #bringUp(): Promise<void> {
    clearTimeout(this.#retry);
    try {
      if (!this.#reconciled) {
        const { rebuilt, unreadable } = await reconcile(this.recorder.database, this.studio());
        this.#reconciled = true;
        this.#refused = new Map(unreadable);
        if (rebuilt.length > 0) this.recorder.announceRebuilt(rebuilt);
      }
      for (let rows = await this.#nextRows(); rows.length > 0; rows = await this.#nextRows()) {
        this.#state = { kind: 'saving' };
        await this.#send(rows);
      }
      const [refused] = this.#refused;
      if (refused) throw await this.#named(...refused);
      this.#state = { kind: 'saved' };
    } catch (error) {
      const reason = toStudioError(error);
      this.#state = { kind: 'waiting', reason };
      // The two copies may differ by now: in another browser the project may have been deleted.
      this.#reconciled = false;
      // A lost connection calls `connected` when it is back; everything else is tried again here.
      if (reason.code !== 'disconnected')
        this.#retry = setTimeout(() => void this.flush(), retryMs);
    }
  }

  /** The oldest rows of the project that has waited longest, as many as one message holds. */
  #nextRows(): Promise<OutboxRow[]> {
    const fits = oneMessage(entriesPerMessage);
    let first: string | undefined;
    return this.recorder.database.outbox
      .orderBy('seq')
      .filter(({ projectId }) => !this.#refused.has(projectId))
      .filter(({ projectId }) => projectId === (first ??= projectId))
      .until(({ entry }) => !fits(entry))
      .toArray();
  }

  /** Sends rows of one project; when only that project is refused, the next is not held up. */
  async #send(rows: readonly OutboxRow[]): Promise<void> {
    try {
      await this.studio().journal.append(rows.map(({ entry }) => entry));
    } catch (error) {
      const reason = toStudioError(error);
      if (reason.code === 'disconnected') throw reason;
      for (const { projectId } of rows) this.#refused.set(projectId, reason);
      return;
    }
    await this.#acknowledge(rows);
  }

  /** The reason with the project's name, if it is known here: a path on the disk tells nobody which. */
  async #named(projectId: string, { code, message, details }: StudioError): Promise<StudioError> {
    const project = await this.recorder.database.projects.get(projectId);
    const sentence = project ? `The project “${project.name}” waits: ${message}` : message;
    return new StudioError(code, sentence, details);
  }

  async #acknowledge(rows: readonly OutboxRow[]): Promise<void> {
    const { database } = this.recorder;
    await database.transaction('rw', [database.outbox, database.journalPositions], async () => {
      await database.outbox.bulkDelete(rows.map(({ seq }) => seq));
      for (const projectId of new Set(rows.map((row) => row.projectId))) {
        const position = await database.journalPositions.get(projectId);
        const added = rows.filter((row) => row.projectId === projectId).length;
        await database.journalPositions.put({
          projectId,
          entries: (position?.entries ?? 0) + added,
        });
      }
    });
  }
}

const lost = () => new StudioError('disconnected', 'The connection to the studio was lost.');
