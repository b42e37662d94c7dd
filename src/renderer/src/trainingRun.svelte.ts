// One training run as the screen sees it: the events so far and how it ended. It belongs to the
// project and not to the Train step, since people go on labelling while it learns.
import type { Studio } from '../../shared/contract';
import { toStudioError, type StudioError } from '../../shared/errors';
import type { Prediction, ProviderName } from '../../shared/domain';
import type {
  ParameterCount,
  RunSummary,
  TrainEvent,
  TrainPart,
  TrainPhase,
  TrainRequest,
} from '../../shared/events';

const mostAttempts = 10;
const pauseMs = 400;

export type TrainingStatus = 'running' | 'finished' | 'stopped' | 'failed';

/** What a watched text is taken for, and whether that has changed since the run began. */
export interface WatchedText {
  id: string;
  text: string;
  prediction: Prediction | undefined;
  /** Place of its surest label in the task, -1 before the first prediction. */
  best: number;
  changed: boolean;
}

export class TrainingRun {
  #status = $state<TrainingStatus>('running');
  #phase = $state<TrainPhase>('reading');
  #parts = $state.raw<readonly TrainPart[]>([]);
  #secondsLeft = $state<number | null>(null);
  #losses = $state.raw<readonly number[]>([]);
  #parameters = $state.raw<ParameterCount | null>(null);
  #provider = $state<ProviderName | null>(null);
  #watched = $state.raw<readonly WatchedText[]>([]);
  #summary = $state.raw<RunSummary | null>(null);
  #error = $state.raw<StudioError | null>(null);
  #keeping = $state(false);
  #abort = new AbortController();

  constructor(readonly request: TrainRequest) {
    this.#watched = request.watch.map((text) => ({
      ...text,
      prediction: undefined,
      best: -1,
      changed: false,
    }));
  }

  get status() {
    return this.#status;
  }
  get phase() {
    return this.#phase;
  }
  /** Steps of the whole run; 0 until it has started. */
  get steps() {
    return this.#parts.reduce((sum, { steps }) => sum + steps, 0);
  }
  /** What the steps learn, in order. */
  get parts() {
    return this.#parts;
  }
  get secondsLeft() {
    return this.#secondsLeft;
  }
  /** Loss of each step so far. */
  get losses() {
    return this.#losses;
  }
  get parameters() {
    return this.#parameters;
  }
  get provider() {
    return this.#provider;
  }
  get watched() {
    return this.#watched;
  }
  get summary() {
    return this.#summary;
  }
  get error() {
    return this.#error;
  }
  /** True once the user asked to stop and keep. */
  get keeping() {
    return this.#keeping;
  }

  /** Follows the run to its end. Called again after an interruption, it goes on from there. */
  async follow(studio: () => Studio): Promise<RunSummary | null> {
    this.#abort = new AbortController();
    this.#status = 'running';
    this.#error = null;
    try {
      await this.#followPatiently(studio);
      this.#status = this.#summary ? 'finished' : 'stopped';
    } catch (error) {
      this.#error = toStudioError(error);
      this.#status = this.#error.code === 'cancelled' ? 'stopped' : 'failed';
    }
    return this.#summary;
  }

  /** Stops between two steps; no classifier comes of it. */
  cancel(): void {
    this.#abort.abort();
  }

  /** Ends the run after the step in progress and keeps what it has learned. */
  async keep(studio: Studio): Promise<void> {
    this.#keeping = true;
    await studio.training.keep({ runId: this.request.runId });
  }

  /** The engine may need a moment to put down what it was doing: a prediction that was cancelled. */
  async #followPatiently(studio: () => Studio): Promise<void> {
    for (let attempt = 1; ; attempt++)
      try {
        for await (const event of studio().training.run(this.request, this.#abort.signal))
          this.#take(event);
        return;
      } catch (error) {
        if (toStudioError(error).code !== 'busy' || attempt === mostAttempts) throw error;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
  }

  #take(event: TrainEvent): void {
    switch (event.type) {
      case 'started':
        this.#parts = event.parts;
        this.#provider = event.provider;
        this.#parameters = event.parameters;
        this.#losses = event.losses;
        return;
      case 'phase':
        this.#phase = event.phase;
        return;
      case 'step':
        this.#losses = [...this.#losses, event.loss];
        this.#secondsLeft = event.secondsLeft;
        return;
      case 'watch':
        this.#watch(event.predictions);
        return;
      case 'finished':
        this.#summary = event.summary;
        return;
    }
  }

  #watch(predictions: readonly Prediction[]): void {
    const byId = new Map(predictions.map((prediction) => [prediction.id, prediction]));
    this.#watched = this.#watched.map((row) => {
      const prediction = byId.get(row.id);
      if (!prediction) return row;
      const best = prediction.confidence.indexOf(Math.max(...prediction.confidence));
      return {
        ...row,
        prediction,
        best,
        changed: row.changed || (row.best !== -1 && row.best !== best),
      };
    });
  }
}
