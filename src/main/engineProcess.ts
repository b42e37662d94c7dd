// Keeps an engine process running: starts it when it is first needed, starts it again after it died,
// a little later each time, and sends an interrupted training request anew, which the engine then
// continues from its last checkpoint.
import { engineContract, type Engine } from '../shared/contract';
import { StudioError, toStudioError } from '../shared/errors';
import type { TrainEvent, TrainRequest } from '../shared/events';
import { createClient } from '../shared/rpc/client';
import type { EngineChild, EngineEnding } from './host';

/** Times that a training run is continued after the engine died under it. */
const continuations = 3;
/** Starts in a row without one answer, after which the engine counts as broken. */
const startsWithoutAnswer = 4;

export interface RestartTiming {
  /** Milliseconds to wait before start number `n` in a row without an answer; n = 0 is the first. */
  delayMs(n: number): number;
}

const usualTiming: RestartTiming = {
  delayMs: (n) => (n === 0 ? 0 : Math.min(250 * 2 ** (n - 1), 5_000)),
};

interface Running {
  readonly child: EngineChild;
  readonly engine: Engine;
  readonly ended: Promise<EngineEnding>;
}

export class EngineProcess {
  #running: Promise<Running> | null = null;
  #startsWithoutAnswer = 0;
  #lastWords = '';
  #closed = false;

  constructor(
    private readonly start: () => EngineChild,
    private readonly timing: RestartTiming = usualTiming,
  ) {}

  /** The engine as its callers see it, over all the processes that may come and go underneath. */
  readonly engine: Engine = {
    encoders: { list: () => this.#call((engine) => engine.encoders.list()) },
    provider: { current: () => this.#call((engine) => engine.provider.current()) },
    training: {
      run: (request, signal) => this.#train(request, signal),
      keep: (run) => this.#call((engine) => engine.training.keep(run)),
    },
    predictions: {
      run: (request, signal) => this.#stream((engine) => engine.predictions.run(request, signal)),
    },
    classifiers: {
      export: (request) => this.#call((engine) => engine.classifiers.export(request)),
      open: (bundle) => this.#call((engine) => engine.classifiers.open(bundle)),
    },
  };

  /** Ends the engine process and starts no other. */
  async close(): Promise<void> {
    this.#closed = true;
    const running = await this.#running?.catch(() => null);
    if (!running) return;
    running.child.kill();
    await running.ended;
  }

  async #call<T>(ask: (engine: Engine) => Promise<T>): Promise<T> {
    const { engine } = await this.#current();
    try {
      return await ask(engine);
    } catch (error) {
      throw asEngineDied(error);
    }
  }

  async *#stream<T>(ask: (engine: Engine) => AsyncIterable<T>): AsyncGenerator<T> {
    const { engine } = await this.#current();
    try {
      yield* ask(engine);
    } catch (error) {
      throw asEngineDied(error);
    }
  }

  async *#train(request: TrainRequest, signal: AbortSignal): AsyncGenerator<TrainEvent> {
    for (let continued = 0; ; continued++) {
      try {
        yield* this.#stream((engine) => engine.training.run(request, signal));
        return;
      } catch (error) {
        if (toStudioError(error).code !== 'engine-died' || continued === continuations) throw error;
        if (signal.aborted) throw new StudioError('cancelled', 'Stopped.');
      }
    }
  }

  #current(): Promise<Running> {
    if (this.#closed) throw closing();
    if (this.#running) return this.#running;
    const beginning = this.#begin();
    this.#running = beginning;
    // Those who wait are told; whoever asks again later gets a fresh try.
    beginning.catch(() => {
      if (this.#running === beginning) this.#running = null;
    });
    return beginning;
  }

  async #begin(): Promise<Running> {
    const n = this.#startsWithoutAnswer++;
    if (n >= startsWithoutAnswer) {
      this.#startsWithoutAnswer = 0;
      throw new StudioError(
        'engine-died',
        'The part of Handful that learns does not start on this computer. Close Handful and open it again; if that does not help, install it anew.',
        { lastWords: this.#lastWords },
      );
    }
    await new Promise((resolve) => setTimeout(resolve, this.timing.delayMs(n)));
    if (this.#closed) throw closing();
    const child = this.#start();
    child.transport.onMessage(() => {
      this.#startsWithoutAnswer = 0;
    });
    // Told before the client is, so that a call which fails and is tried again finds a new process.
    child.transport.onClose(() => {
      this.#running = null;
    });
    const ended = new Promise<EngineEnding>((resolve) => child.onExit(resolve));
    void ended.then(({ lastWords }) => {
      this.#lastWords = lastWords;
    });
    return { child, engine: createClient(engineContract, child.transport), ended };
  }

  #start(): EngineChild {
    try {
      return this.start();
    } catch (error) {
      throw new StudioError(
        'engine-died',
        `The part of Handful that learns could not be started (${toStudioError(error).message}). Close other programs and try again.`,
      );
    }
  }
}

const closing = () => new StudioError('disconnected', 'Handful is closing.');

function asEngineDied(error: unknown): StudioError {
  const { code, message, details } = toStudioError(error);
  if (code !== 'disconnected') return new StudioError(code, message, details);
  return new StudioError(
    'engine-died',
    'The part of Handful that learns stopped while it was working, perhaps because the memory ran out. It is being started again; nothing that was saved is lost, so please try once more.',
  );
}
