// What goes on in an open project, whichever of its steps is in view: its data, the run that is
// learning, the suggestions that were asked for, the table and the text that are being tried.
import type { TrainRequest } from '../../shared/events';
import type { Connection } from './connection.svelte';
import type { OpenProject } from './data/openProject.svelte';
import { TableScoring } from './features/use/tableScoring.svelte';
import { Suggestions } from './suggestions.svelte';
import { TextsView } from './textsView.svelte';
import { TrainingRun } from './trainingRun.svelte';

export class ProjectSession {
  #training = $state.raw<TrainingRun | null>(null);
  readonly suggestions: Suggestions;
  readonly textsView = new TextsView();
  readonly tableScoring = new TableScoring();
  /** The text that was typed to try it. */
  typedText = $state('');

  constructor(
    readonly open: OpenProject,
    readonly connection: Connection,
  ) {
    this.suggestions = new Suggestions(() => connection.studio);
  }

  /** The run that is learning, or the last one of this session. */
  get training(): TrainingRun | null {
    return this.#training;
  }

  async train(request: TrainRequest): Promise<void> {
    this.#training = new TrainingRun(request);
    await this.follow();
  }

  /** Follows the present run to its end and keeps what it has learned. */
  async follow(): Promise<void> {
    this.suggestions.stop(); // the engine does one job at a time
    const summary = await this.#training?.follow(() => this.connection.studio);
    if (summary) await this.open.addRun(summary);
  }

  close(): void {
    this.#training?.cancel();
    this.suggestions.stop();
    this.tableScoring.cancel();
    this.open.close();
  }
}
