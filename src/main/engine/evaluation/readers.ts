// The sessions over one encoder, each opened when it is first needed and shared by all tasks.
import type { ProviderName } from '../../../shared/domain';
import type { Encoder } from '../encoders/encoder';
import type { LowRankPair } from '../encoders/lowRank';
import { QuestionReader } from './questionReader';
import { TextReader } from './textReader';
import { TunedReader } from './tunedReader';

export class Readers {
  #texts: Promise<TextReader> | undefined;
  #questions: Promise<QuestionReader> | undefined;
  /** The last tuned pass that was opened: all tasks with the same ranks share it. */
  #tuned: { key: string; reader: Promise<TunedReader> } | undefined;

  constructor(
    readonly encoder: Encoder,
    readonly provider: ProviderName,
    /** What the text cache may hold; as `TextReader` has it if left out. */
    private readonly cacheBytes?: number,
  ) {}

  texts(): Promise<TextReader> {
    this.#texts ??= TextReader.open(this.encoder, this.provider, this.cacheBytes);
    this.#texts.catch(() => (this.#texts = undefined)); // tried again next time
    return this.#texts;
  }

  questions(): Promise<QuestionReader> {
    this.#questions ??= this.texts().then(
      ({ shape }) => new QuestionReader(this.encoder, this.provider, shape),
    );
    this.#questions.catch(() => (this.#questions = undefined));
    return this.#questions;
  }

  async tuned(pairs: readonly LowRankPair[]): Promise<TunedReader> {
    const key = JSON.stringify(pairs);
    if (this.#tuned?.key !== key) {
      const before = this.#tuned;
      const reader = TunedReader.open(this.encoder, pairs, this.provider);
      this.#tuned = { key, reader };
      reader.catch(() => (this.#tuned = undefined));
      void before?.reader.then((old) => old.release());
    }
    return this.#tuned.reader;
  }

  async release(): Promise<void> {
    await (await this.#texts)?.release();
    await (await this.#questions)?.release();
    await (await this.#tuned?.reader)?.release();
    this.#texts = this.#questions = this.#tuned = undefined;
  }
}
