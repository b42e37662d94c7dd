// What goes on in an open project, whichever of its steps is in view: its data, the run that is
// learning, the suggestions that were asked for, the table and the text that are being tried.
import type { TrainRequest } from '../../shared/events';
import type { Connection } from './connection.svelte';
import type { OpenProject } from './data/openProject.svelte';
import { UnfinishedRuns } from './data/unfinishedRuns';
import { TableScoring } from './features/use/tableScoring.svelte';
import { Suggestions } from './suggestions.svelte';
import { TextsView } from './textsView.svelte';
import { TrainingRun } from './trainingRun.svelte';

export class ProjectSession {
  #training = $state.raw<TrainingRun | null>(null);
  #interrupted = $state.raw<TrainRequest | null>(null);
  readonly #unfinished: UnfinishedRuns;
  readonly #looking = new AbortController();
  #closed = false;
  readonly suggestions: Suggestions;
  readonly textsView = new TextsView();
  readonly tableScoring = new TableScoring();
  /** The text that was typed to try it. */
  typedText = $state('');

  constructor(
    readonly open: OpenProject,
    readonly connection: Connection,
    locks?: LockManager,
  ) {
    this.suggestions = new Suggestions(() => connection.studio);
    this.#unfinished = new UnfinishedRuns(open.recorder.database, locks);
  }

  /** The run that is learning, or the last one of this session. */
  get training(): TrainingRun | null {
    return this.#training;
  }

  /** What an earlier session asked for and did not see the end of; null when there is no such run. */
  get interrupted(): TrainRequest | null {
    return this.#interrupted;
  }

  async findInterrupted(): Promise<void> {
    const { signal } = this.#looking;
    const found = await this.#unfinished.findAbandoned(this.open.id, signal).catch(() => null);
    if (!signal.aborted) this.#interrupted = found;
  }

  /** Gives up the run that was interrupted. */
  async dismissInterrupted(): Promise<void> {
    const request = this.#interrupted;
    this.#interrupted = null;
    if (request) await this.#unfinished.forget(this.open.id, request.runId);
  }

  /** Trains; what was interrupted goes on from its checkpoint when its own request comes again. */
  async train(request: TrainRequest): Promise<void> {
    this.#looking.abort();
    this.#interrupted = null;
    this.#training = new TrainingRun(request);
    await this.follow();
  }

  /** Follows the present run to its end and keeps what it has learned. */
  async follow(): Promise<void> {
    const training = this.#training;
    if (!training) return;
    this.suggestions.stop(); // the engine does one job at a time
    const following = training.follow(() => this.connection.studio);
    // A run that cannot be taken up again is better than none.
    const kept = this.#unfinished
      .keep(this.open.id, training.request, following)
      .catch(() => undefined);
    const summary = await following;
    await kept;
    if (summary) await this.open.addRun(summary);
    if (!this.#mayGoOn(training))
      await this.#unfinished.forget(this.open.id, training.request.runId);
  }

  close(): void {
    this.#closed = true;
    this.#looking.abort();
    this.#training?.cancel();
    this.suggestions.stop();
    this.tableScoring.cancel();
    this.open.close();
  }

  /** Did it stop although nobody wanted it to, and may the engine go on with it? */
  #mayGoOn({ status, error }: TrainingRun): boolean {
    if (this.open.removed || status === 'finished') return false;
    return this.#closed || error?.code === 'disconnected' || error?.code === 'engine-died';
  }
}
