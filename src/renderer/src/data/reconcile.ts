// Compares the two copies of every project at start and after a lost connection, and brings up
// whichever is behind. A copy with fewer entries is behind; a project that was deleted from the other
// copy is deleted here too.
import Dexie from 'dexie';
import type { Studio } from '../../../shared/contract';
import { StudioError, toStudioError } from '../../../shared/errors';
import type { JournalChange, JournalEntry } from '../../../shared/journal';
import { apply, clearProject } from './apply';
import { examplesChanges } from './changes';
import { examplesOf, type Database } from './database';
import { belongsTo } from './folderDatabase';

export interface Reconciled {
  /** Ids of the projects that were rebuilt from their journals, or deleted. */
  readonly rebuilt: readonly string[];
  /** Ids of projects whose journals cannot be read at present, and why: nothing was done to them. */
  readonly unreadable: ReadonlyMap<string, StudioError>;
}

/**
 * Compares and brings up. Throws
 * 'bad-request', and changes nothing, when the database belongs to another data folder.
 */
export async function reconcile(database: Database, studio: Studio): Promise<Reconciled> {
  const { id: folderId, removed } = await studio.journal.folder();
  if (!(await belongsTo(database, folderId)))
    throw new StudioError(
      'bad-request',
      'Handful works on another folder now. Load this page again to see what is in it.',
    );
  const states = await studio.journal.projects();
  const journals = new Map(states.map(({ projectId, entries }) => [projectId, entries]));
  const unreadable = new Map(
    states.flatMap(({ projectId, problem }) =>
      problem === undefined ? [] : [[projectId, new StudioError('no-permission', problem)]],
    ),
  );
  const positions = new Map(
    (await database.journalPositions.toArray()).map(({ projectId, entries }) => [
      projectId,
      entries,
    ]),
  );
  const rebuilt: string[] = [];
  const known = new Set<string>([
    ...positions.keys(),
    ...(await database.projects.toCollection().primaryKeys()),
    ...((await database.outbox.orderBy('projectId').uniqueKeys()) as string[]),
  ]);
  for (const projectId of removed) {
    if (journals.has(projectId) || !known.has(projectId)) continue;
    await forget(database, projectId);
    positions.delete(projectId);
    rebuilt.push(projectId);
  }
  for (const projectId of new Set([...journals.keys(), ...positions.keys()])) {
    if (unreadable.has(projectId)) continue;
    const theirs = journals.get(projectId) ?? 0;
    const ours = positions.get(projectId) ?? 0;
    if (theirs > ours) {
      try {
        await rebuild(database, studio, projectId);
        rebuilt.push(projectId);
      } catch (error) {
        const reason = toStudioError(error);
        if (reason.code === 'disconnected') throw reason;
        unreadable.set(projectId, reason);
      }
    } else if (theirs < ours) await sendAgain(database, projectId, theirs);
  }
  return { rebuilt, unreadable };
}

/**
 * Replays the whole journal of a project, then what is still in the outbox. Also right when only an
 * acknowledgement was lost, or when another window of another browser wrote to the same journal.
 */
async function rebuild(database: Database, studio: Studio, projectId: string): Promise<void> {
  const entries: JournalEntry[] = [];
  const { signal } = new AbortController();
  for await (const some of studio.journal.read({ projectId, from: 0 }, signal))
    for (const entry of some) entries.push(entry);

  const ids = new Set(entries.map(({ id }) => id));
  await database.transaction('rw', database.tables, async () => {
    const pending = await database.outbox.where({ projectId }).sortBy('seq');
    await clearProject(database, projectId);
    for (const entry of entries) await apply(database, entry);
    for (const { seq, entry } of pending)
      if (ids.has(entry.id)) await database.outbox.delete(seq);
      else await apply(database, entry);
    await database.journalPositions.put({ projectId, entries: entries.length });
  });
}

/** Deletes all that is known of a project, what was still to be sent and to be undone included. */
async function forget(database: Database, projectId: string): Promise<void> {
  await database.transaction('rw', database.tables, async () => {
    await clearProject(database, projectId);
    await database.unfinishedRuns.delete(projectId);
    await database.outbox.where({ projectId }).delete();
    await database.history
      .where('[projectId+undone]')
      .between([projectId, Dexie.minKey], [projectId, Dexie.maxKey])
      .delete();
    await database.journalPositions.delete(projectId);
  });
}

/** Puts the project as it stands into the outbox: the journal was lost, or part of it. */
async function sendAgain(database: Database, projectId: string, theirs: number): Promise<void> {
  await database.transaction('rw', database.tables, async () => {
    const project = await database.projects.get(projectId);
    if (!project) {
      await database.journalPositions.delete(projectId);
      return;
    }
    const examples = await examplesOf(database, projectId);
    const runs = await database.runs.where({ projectId }).toArray();
    const changes: JournalChange[] = [{ type: 'project', project }, ...examplesChanges(examples)];
    for (const { run } of runs) changes.push({ type: 'run', run });

    // The snapshot contains what was waiting in the outbox.
    await database.outbox.where({ projectId }).delete();
    await database.outbox.bulkAdd(
      changes.map((change) => ({
        projectId,
        entry: { id: crypto.randomUUID(), projectId, at: Date.now(), change },
      })),
    );
    await database.journalPositions.put({ projectId, entries: theirs });
  });
}
