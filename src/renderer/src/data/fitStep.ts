// Undo and redo of a step on a project that has changed since: only what the step touched goes back,
// and no text is left with a label that the task does not have.
import type { Decision, Example, Project } from '../../../shared/domain';
import type { JournalChange } from '../../../shared/journal';
import { decisionChange, restore } from './changes';
import { decidedOf, type Database } from './database';

export interface FittedStep {
  changes: JournalChange[];
  /** Brings back all that `changes` replace. */
  inverse: JournalChange[];
}

/**
 * The changes of a step as they fit the project now; `opposite` are those of the other direction.
 * Nothing when the project was deleted. Call it inside a transaction over projects and examples.
 */
export async function fitStep(
  database: Database,
  projectId: string,
  step: readonly JournalChange[],
  opposite: readonly JournalChange[],
): Promise<FittedStep> {
  const project = await database.projects.get(projectId);
  if (!project) return { changes: [], inverse: [] };
  const fitted: FittedStep = { changes: [], inverse: [] };
  const to = projectOf(step);
  const from = projectOf(opposite);
  const next = from && to ? moveProject(project, from, to) : project;
  if (next !== project) {
    fitted.changes.push({ type: 'project', project: next });
    fitted.inverse.push({ type: 'project', project });
  }

  const labels = new Set(next.task.labels.map(({ id }) => id));
  const fits = (decision: Decision | null) =>
    decision?.labels.every((id) => labels.has(id)) ?? true;
  const put = (example: Example, change: JournalChange) => {
    fitted.changes.push(change);
    fitted.inverse.push(restore(example));
  };
  const touched = new Set<string>();
  for (const change of step) {
    if (change.type !== 'decision') continue;
    const example = await database.examples.get(change.exampleId);
    if (!example) continue;
    touched.add(example.id);
    put(example, fits(change.decision) ? change : decisionChange(example.id, null));
  }
  if (project.task.labels.some(({ id }) => !labels.has(id)))
    for (const example of await decidedOf(database, projectId))
      if (!touched.has(example.id) && !fits(example.decision))
        put(example, decisionChange(example.id, null));
  return fitted;
}

function projectOf(changes: readonly JournalChange[]): Project | undefined {
  for (const change of changes) if (change.type === 'project') return change.project;
  return undefined;
}

const moveProject = (now: Project, from: Project, to: Project): Project => ({
  ...moveFields(now, from, to),
  task: moveFields(now.task, from.task, to.task),
});

/** `now`, with the fields in which `from` and `to` differ as they are in `to`. */
function moveFields<T extends object>(now: T, from: T, to: T): T {
  const differs = ([field]: [string, unknown]) =>
    JSON.stringify(from[field as keyof T]) !== JSON.stringify(to[field as keyof T]);
  const kept = Object.entries(now).filter((entry) => !differs(entry));
  return Object.fromEntries([...kept, ...Object.entries(to).filter(differs)]) as T;
}
