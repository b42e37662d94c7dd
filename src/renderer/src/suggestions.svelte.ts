// Predictions for the texts that someone is looking at or will look at next. Asks for a few at a
// time, so that the text in view never waits behind a long list.
import type { Studio } from '../../shared/contract';
import type { Prediction, Text } from '../../shared/domain';
import { toStudioError, type StudioError } from '../../shared/errors';
import { oneMessage } from '../../shared/rpc/messageSize';
import type { Classifier } from './classifier';

const textsPerRequest = 16;
const retryMs = 1500;

export class Suggestions {
  #known = $state.raw<ReadonlyMap<string, Prediction>>(new Map());
  #error = $state.raw<StudioError | null>(null);
  #classifier: Classifier | null = null;
  #wanted: readonly Text[] = [];
  #asking: AbortController | null = null;

  constructor(readonly studio: () => Studio) {}

  /** Example id -> prediction of the present classifier. */
  get known(): ReadonlyMap<string, Prediction> {
    return this.#known;
  }

  /** Why there are none, when the classifier cannot answer. */
  get error(): StudioError | null {
    return this.#error;
  }

  /** Asks for these texts, the first first, in place of what was asked for before. */
  want(classifier: Classifier, texts: readonly Text[]): void {
    if (classifier.key !== this.#classifier?.key) {
      this.stop();
      this.#known = new Map();
      this.#error = null;
    }
    this.#classifier = classifier;
    this.#wanted = texts;
    if (!this.#asking) void this.#ask(classifier);
  }

  stop(): void {
    this.#asking?.abort();
    this.#asking = null;
  }

  async #ask(classifier: Classifier): Promise<void> {
    const asking = new AbortController();
    const { signal } = asking;
    this.#asking = asking;
    while (this.#asking === asking) {
      const texts = this.#wanted
        .filter(({ id }) => !this.#known.has(id))
        .slice(0, textsPerRequest)
        .filter(oneMessage(textsPerRequest));
      if (texts.length === 0) break;
      const before = this.#known.size;
      try {
        const request = {
          classifier: classifier.ref,
          texts: texts.map(({ id, text }) => ({ id, text })),
        };
        for await (const predictions of this.studio().predictions.run(request, signal))
          this.#known = new Map([
            ...this.#known,
            ...predictions.map((each) => [each.id, each] as const),
          ]);
        this.#error = null;
        if (this.#known.size === before) break; // no answer, so asking again would never end
      } catch (error) {
        if (signal.aborted) return;
        const failure = toStudioError(error);
        this.#error = failure;
        // Training has the engine, or it is being restarted: worth asking again.
        const passes = ['busy', 'disconnected', 'engine-died'].includes(failure.code);
        if (!passes) break;
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
    if (this.#asking === asking) this.#asking = null;
  }
}
