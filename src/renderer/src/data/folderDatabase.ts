// Which database has the projects of which data folder. The folder that is opened first has the
// database that was there first; every other folder has one of its own, so that no project of one
// folder ever gets into another.
import type { Studio } from '../../../shared/contract';
import { openDatabase, type Database } from './database';

/** True for the folder that the database belongs to; one that belongs to none is taken by it. */
export const belongsTo = (database: Database, folderId: string): Promise<boolean> =>
  database.transaction('rw', database.folder, async () => {
    const owner = await database.folder.toCollection().first();
    if (!owner) await database.folder.add({ id: folderId });
    return !owner || owner.id === folderId;
  });

/** Name of the database for the folder of this studio. */
export async function databaseName(studio: Studio): Promise<string> {
  const { id } = await studio.journal.folder();
  const first = openDatabase();
  try {
    return (await belongsTo(first, id)) ? first.name : `${first.name} ${id}`;
  } finally {
    first.close();
  }
}
