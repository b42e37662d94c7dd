// Journal entry -> writes. Used for what the user does now and for replaying a journal, so both
// copies of a project are always the result of the same entries.
import Dexie from 'dexie';
import type { JournalEntry } from '../../../shared/journal';
import type { Database } from './database';

/** Writes one entry to the tables; call it inside a transaction over projects, examples and both kinds of runs. */
export async function apply(database: Database, entry: JournalEntry): Promise<void> {
  const { projectId, change } = entry;
  switch (change.type) {
    case 'project':
      await database.projects.put(change.project);
      return;
    case 'project-removed':
      await clearProject(database, projectId);
      await database.unfinishedRuns.delete(projectId); // its texts, too
      return;
    case 'examples':
      await database.examples.bulkPut(change.examples);
      return;
    case 'decision':
      await database.examples.update(change.exampleId, {
        decision: change.decision,
        skipped: change.skipped ?? false,
      });
      return;
    case 'run':
      await database.runs.put({ runId: change.run.runId, projectId, run: change.run });
      return;
  }
}

/** Deletes all that the tables hold of a project. */
export async function clearProject(database: Database, projectId: string): Promise<void> {
  await database.projects.delete(projectId);
  await database.examples
    .where('[projectId+position]')
    .between([projectId, Dexie.minKey], [projectId, Dexie.maxKey])
    .delete();
  await database.runs.where('projectId').equals(projectId).delete();
}
