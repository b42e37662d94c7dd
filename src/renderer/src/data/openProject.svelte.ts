// The open project in memory. The screen needs all texts at once (search, counts, what to show
// next), and reading 100,000 of them again after every key would be felt; so they are read once and
// then follow the same entries as the tables.
import type { Decision, Example, Label, Project, Task } from '../../../shared/domain';
import type { RunSummary } from '../../../shared/events';
import type { JournalChange, JournalEntry } from '../../../shared/journal';
import { decisionChange, examplesChanges, restore } from './changes';
import { examplesOf } from './database';
import { Live } from './live';
import { lastStep, nextStep, type News, type Recorder } from './recorder.svelte';

export class OpenProject {
  #project: Project;
  #examples = $state.raw<readonly Example[]>([]);
  #runs = $state.raw<readonly RunSummary[]>([]);
  #removed = $state(false);
  /** Example id -> place in `#examples`. */
  #places = new Map<string, number>();
  readonly #stopListening: () => void;

  readonly decided = $derived(this.#examples.filter((example) => example.decision !== null));
  /** Label id -> number of texts that have it. */
  readonly counts = $derived.by(() => countLabels(this.#project.task.labels, this.decided));
  /** The run that predictions come from: the chosen one, else the newest. */
  readonly activeRun = $derived(
    this.#runs.find(({ runId }) => runId === this.#project.activeRun) ?? this.#runs[0],
  );
  readonly id: string;
  readonly undoable: Live<string | null>;
  readonly redoable: Live<string | null>;

  private constructor(
    readonly recorder: Recorder,
    project: Project,
  ) {
    this.#project = $state.raw(project);
    const { id } = project;
    this.id = id;
    const { database } = recorder;
    this.undoable = new Live(async () => (await lastStep(database, id))?.title ?? null);
    this.redoable = new Live(async () => (await nextStep(database, id))?.title ?? null);
    this.#stopListening = recorder.onNews((news) => this.#follow(news));
  }

  /** Null when there is no such project. */
  static async open(recorder: Recorder, id: string): Promise<OpenProject | null> {
    const project = await recorder.database.projects.get(id);
    if (!project) return null;
    const open = new OpenProject(recorder, project);
    await open.#load();
    return open;
  }

  get project(): Project {
    return this.#project;
  }
  /** In the order of the tables that they came from. */
  get examples(): readonly Example[] {
    return this.#examples;
  }
  /** Newest first. */
  get runs(): readonly RunSummary[] {
    return this.#runs;
  }
  /** True once the project was deleted, here or in another window. */
  get removed(): boolean {
    return this.#removed;
  }

  example(id: string): Example | undefined {
    const place = this.#places.get(id);
    return place === undefined ? undefined : this.#examples[place];
  }

  /** Decides a text (null: takes the decision back); can be undone. */
  async decide(example: Example, decision: Decision | null, title: string): Promise<void> {
    await this.recorder.record(this.id, [decisionChange(example.id, decision)], {
      title,
      backward: [restore(example)],
    });
  }

  /** Puts a text behind all others; can be undone. */
  async skip(example: Example): Promise<void> {
    const change: JournalChange = {
      type: 'decision',
      exampleId: example.id,
      decision: example.decision,
      skipped: true,
    };
    await this.recorder.record(this.id, [change], { title: 'Skip', backward: [restore(example)] });
  }

  /** Changes name or task; with a title it can be undone. */
  async change(fields: Partial<Project>, title?: string): Promise<void> {
    const before = this.#project;
    const change: JournalChange = { type: 'project', project: { ...before, ...fields } };
    const step = title
      ? { title, backward: [{ type: 'project' as const, project: before }] }
      : undefined;
    await this.recorder.record(this.id, [change], step);
  }

  /** Replaces the task; texts whose label is gone become undecided. Can be undone. */
  async changeTask(task: Task, title: string): Promise<void> {
    const before = this.#project;
    const kept = new Set(task.labels.map(({ id }) => id));
    const orphans = this.decided.filter(
      (example) => !example.decision?.labels.every((id) => kept.has(id)),
    );
    await this.recorder.record(
      this.id,
      [
        { type: 'project', project: { ...before, task } },
        ...orphans.map(({ id }) => decisionChange(id, null)),
      ],
      { title, backward: [{ type: 'project', project: before }, ...orphans.map(restore)] },
    );
  }

  /**
   * Adds texts, and labels that came with them. Undo takes the labels back, and the texts that have
   * them become undecided; the texts themselves stay.
   */
  async addExamples(
    examples: readonly Example[],
    labels: readonly Label[] = this.#project.task.labels,
  ): Promise<void> {
    const before = this.#project;
    const added = examplesChanges(examples);
    if (labels.length === before.task.labels.length) {
      await this.recorder.record(this.id, added);
      return;
    }
    const task = { ...before.task, labels: [...labels] };
    await this.recorder.record(
      this.id,
      [{ type: 'project', project: { ...before, task } }, ...added],
      { title: 'Add labels from a file', backward: [{ type: 'project', project: before }] },
    );
  }

  /** Keeps a finished run and makes it the one in use. */
  async addRun(run: RunSummary): Promise<void> {
    const project = { ...this.#project };
    delete project.activeRun;
    await this.recorder.record(this.id, [
      { type: 'run', run },
      { type: 'project', project },
    ]);
  }

  async remove(): Promise<void> {
    await this.recorder.record(this.id, [{ type: 'project-removed' }]);
  }

  undo() {
    return this.recorder.undo(this.id);
  }
  redo() {
    return this.recorder.redo(this.id);
  }

  close(): void {
    this.#stopListening();
  }

  async #load(): Promise<void> {
    const { database } = this.recorder;
    const [project, examples, runs] = await Promise.all([
      database.projects.get(this.id),
      examplesOf(database, this.id),
      database.runs.where({ projectId: this.id }).toArray(),
    ]);
    if (!project) {
      this.#removed = true;
      return;
    }
    this.#project = project;
    this.#setExamples(examples);
    this.#runs = runs.map(({ run }) => run).sort((a, b) => b.createdAt - a.createdAt);
  }

  #setExamples(examples: readonly Example[]): void {
    this.#places = new Map(examples.map(({ id }, place) => [id, place]));
    this.#examples = examples;
  }

  #follow(news: News): void {
    if (news.type === 'rebuilt') {
      if (news.ids.includes(this.id)) void this.#load();
      return;
    }
    const entries = news.entries.filter(({ projectId }) => projectId === this.id);
    if (entries.length > 0) this.#replay(entries);
  }

  /** What `apply` does to the tables, done to the copy in memory. */
  #replay(entries: readonly JournalEntry[]): void {
    const examples = [...this.#examples];
    const added: Example[] = [];
    for (const { change } of entries)
      switch (change.type) {
        case 'project':
          this.#project = change.project;
          break;
        case 'project-removed':
          this.#removed = true;
          break;
        case 'examples':
          for (const example of change.examples) added.push(example);
          break;
        case 'decision': {
          const place = this.#places.get(change.exampleId);
          const example = place === undefined ? undefined : examples[place];
          if (place === undefined || !example) break;
          examples[place] = {
            ...example,
            decision: change.decision,
            skipped: change.skipped ?? false,
          };
          break;
        }
        case 'run':
          this.#runs = [
            change.run,
            ...this.#runs.filter(({ runId }) => runId !== change.run.runId),
          ];
          break;
      }
    if (added.length > 0) this.#setExamples([...examples, ...added]);
    else this.#examples = examples;
  }
}

/** Makes a project out of its texts. */
export async function createProject(
  recorder: Recorder,
  project: Project,
  examples: readonly Example[],
): Promise<void> {
  await recorder.record(project.id, [{ type: 'project', project }, ...examplesChanges(examples)]);
}

function countLabels(labels: readonly Label[], decided: readonly Example[]): Map<string, number> {
  const counts = new Map(labels.map(({ id }) => [id, 0]));
  for (const { decision } of decided)
    for (const id of decision?.labels ?? []) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}
