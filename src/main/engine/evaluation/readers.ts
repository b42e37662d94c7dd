// The sessions over one encoder, each opened when it is first needed and shared by all tasks.
import type { ProviderName } from '../../../shared/domain';
import type { Encoder } from '../encoders/encoder';
import type { Arithmetic, Int8Maps } from '../encoders/int8';
import type { LowRankPair } from '../encoders/lowRank';
import { calibrate } from './calibrate';
import { QuestionReader } from './questionReader';
import { TextReader } from './textReader';
import { TunedReader } from './tunedReader';

export class Readers {
  #texts: Promise<TextReader> | undefined;
  #questions: Promise<QuestionReader> | undefined;
  /** The last tuned pass that was opened: all tasks with the same ranks share it. */
  #tuned: { key: string; reader: Promise<TunedReader> } | undefined;
  #maps: Promise<Int8Maps> | undefined;

  constructor(
    readonly encoder: Encoder,
    readonly provider: ProviderName,
    /** What the text cache may hold; as `TextReader` has it if left out. */
    private readonly cacheBytes?: number,
    /** How texts are read on the processor; a graphics card has float32 only. */
    private readonly arithmetic: Arithmetic = 'float32',
  ) {}

  /** The linear maps of the text side in 8 bits; null where float32 is used. */
  maps(): Promise<Int8Maps | null> {
    if (this.arithmetic !== 'int8' || this.provider !== 'cpu') return Promise.resolve(null);
    this.#maps ??= calibrate(this.encoder);
    this.#maps.catch(() => (this.#maps = undefined));
    return this.#maps;
  }

  texts(): Promise<TextReader> {
    this.#texts ??= this.maps().then((maps) =>
      TextReader.open(this.encoder, this.provider, this.cacheBytes, maps),
    );
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
      const reader = this.maps().then((maps) =>
        TunedReader.open(this.encoder, pairs, this.provider, maps),
      );
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
