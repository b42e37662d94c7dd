// The tables of this browser's copy. The other copy is the journal that main keeps on the disk;
// `apply.ts` is the only writer of projects, examples and runs.
import Dexie, { type EntityTable } from 'dexie';
import type { Example, Project } from '../../../shared/domain';
import type { RunSummary, TrainRequest } from '../../../shared/events';
import type { JournalChange, JournalEntry } from '../../../shared/journal';

/** A run and the project that it belongs to. */
export interface RunRow {
  runId: string;
  projectId: string;
  run: RunSummary;
}

/** An entry that main has not yet acknowledged; sent in the order of `seq`. */
export interface OutboxRow {
  seq: number;
  projectId: string;
  entry: JournalEntry;
}

/** How many entries of the project's journal are known to be contained in the tables. */
export interface JournalPosition {
  projectId: string;
  entries: number;
}

/** The data folder whose projects these are; one row at most. */
export interface FolderRow {
  id: string;
}

/** One step that can be undone (`undone: 0`) or done again (`undone: 1`). */
export interface HistoryRow {
  seq: number;
  projectId: string;
  undone: 0 | 1;
  /** What the step did, for the button, for instance `Label "refund"`. */
  title: string;
  /** What the step did, but for texts that it added: those stay. */
  forward: JournalChange[];
  backward: JournalChange[];
}

/** What was asked for a run that has not ended yet. */
export interface UnfinishedRunRow {
  projectId: string;
  request: TrainRequest;
}

export type Database = Dexie & {
  projects: EntityTable<Project, 'id'>;
  examples: EntityTable<Example, 'id'>;
  runs: EntityTable<RunRow, 'runId'>;
  outbox: EntityTable<OutboxRow, 'seq'>;
  journalPositions: EntityTable<JournalPosition, 'projectId'>;
  history: EntityTable<HistoryRow, 'seq'>;
  folder: EntityTable<FolderRow, 'id'>;
  unfinishedRuns: EntityTable<UnfinishedRunRow, 'projectId'>;
};

/** Opens (lazily) the database of this name. */
export function openDatabase(name = 'handful'): Database {
  const database = new Dexie(name) as Database;
  database.version(1).stores({
    projects: 'id',
    // Undecided examples are absent from the second index, so counting it counts the decided.
    examples: 'id, [projectId+position], [projectId+decision.at]',
    runs: 'runId, projectId',
    outbox: '++seq, projectId',
    journalPositions: 'projectId',
    history: '++seq, [projectId+undone]',
  });
  database.version(2).stores({ folder: 'id', unfinishedRuns: 'projectId' });
  return database;
}

/** All examples of a project, in the order of their tables. */
export const examplesOf = (database: Database, projectId: string): Promise<Example[]> =>
  database.examples
    .where('[projectId+position]')
    .between([projectId, Dexie.minKey], [projectId, Dexie.maxKey])
    .toArray();

/** The examples of a project that are decided. */
export const decidedOf = (database: Database, projectId: string): Promise<Example[]> =>
  database.examples
    .where('[projectId+decision.at]')
    .between([projectId, Dexie.minKey], [projectId, Dexie.maxKey])
    .toArray();

/** A project as the home screen lists it. */
export interface ProjectEntry {
  project: Project;
  texts: number;
  labelled: number;
}

/** All projects with their counts, newest first. */
export async function listProjects(database: Database): Promise<ProjectEntry[]> {
  const projects = await database.projects.toArray();
  const entries = await Promise.all(
    projects.map(async (project) => {
      const range = [
        [project.id, Dexie.minKey],
        [project.id, Dexie.maxKey],
      ] as const;
      const [texts, labelled] = await Promise.all([
        database.examples
          .where('[projectId+position]')
          .between(...range)
          .count(),
        database.examples
          .where('[projectId+decision.at]')
          .between(...range)
          .count(),
      ]);
      return { project, texts, labelled };
    }),
  );
  return entries.sort((a, b) => b.project.createdAt - a.project.createdAt);
}
