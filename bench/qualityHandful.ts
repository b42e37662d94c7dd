// Handful's side of the quality table: the engine's own training and scoring, with any recipe.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openEncoder, weightsFile, type Encoder } from '../src/main/engine/encoders/encoder';
import { chosenArithmetic } from '../src/main/engine/encoders/int8';
import { logitsOf } from '../src/main/engine/evaluation/classify';
import { confidenceOf, type Learned } from '../src/main/engine/evaluation/learned';
import { countLearned, zeroShot } from '../src/main/engine/evaluation/learnedFile';
import { Readers } from '../src/main/engine/evaluation/readers';
import { textRows } from '../src/main/engine/tokenization/textRow';
import { train } from '../src/main/engine/training/train';
import { fingerprint } from './qualityResults';
import type { ByRecipe, Keeps } from './qualityRows';
import type { Split } from './qualitySplit';

export interface Outcome {
  /** [texts, labels] */
  readonly confidence: Float32Array;
  /** From the encoder's files to the classifier. */
  readonly seconds: number;
  readonly learned: number;
  readonly base: number;
}

/** Test texts are read once for all rows. */
const cacheBytes = 2 * 2 ** 30;

/** How texts are read; cells that were measured otherwise are out of date. */
export const reading = chosenArithmetic();

/** As the product opens them on a processor. */
const openReaders = (encoder: Encoder, cacheBytes?: number): Readers =>
  new Readers(encoder, 'cpu', cacheBytes, reading);

/** Tells encoders apart by their weights. */
export const encoderVersion = async (folder: string): Promise<string> =>
  fingerprint(await readFile(path.join(folder, weightsFile)));

export class HandfulSide {
  private constructor(
    private readonly folder: string,
    /** Its version. */
    readonly encoder: string,
    private readonly readers: Readers,
  ) {}

  static async open(folder: string): Promise<HandfulSide> {
    const readers = openReaders(await openEncoder(folder), cacheBytes);
    return new HandfulSide(folder, await encoderVersion(folder), readers);
  }

  async beforeTraining({ task, test }: Split): Promise<Outcome> {
    const learned = await zeroShot(this.readers.encoder, task);
    const { parameters: base } = this.readers.encoder.info;
    return { confidence: await this.#confidence(learned, test), seconds: 0, learned: 0, base };
  }

  async trained({ recipe, keeps }: ByRecipe, split: Split, seed: number): Promise<Outcome> {
    const start = performance.now();
    // Nothing is open yet and nothing has been read: a rival starts from files, too.
    const readers = openReaders(await openEncoder(this.folder));
    const folder = await mkdtemp(path.join(os.tmpdir(), 'handful-quality-'));
    try {
      const signal = new AbortController().signal;
      const events = train(
        {
          runId: 'quality',
          encoder: readers.encoder.info.id,
          task: split.task,
          examples: [...split.train],
          watch: [],
          pool: [...split.pool],
          seed,
        },
        { readers, recipe, folder, cancel: signal, keep: signal },
      );
      let next = await events.next();
      while (!next.done) next = await events.next();
      const seconds = (performance.now() - start) / 1000;
      const learned = only(next.value.learned, keeps);
      return {
        confidence: await this.#confidence(learned, split.test),
        seconds,
        learned: countOf(learned, keeps, readers.encoder.info.parameters),
        base: readers.encoder.info.parameters,
      };
    } finally {
      await readers.release();
      await rm(folder, { recursive: true, force: true });
    }
  }

  async close(): Promise<void> {
    await this.readers.release();
  }

  async #confidence(learned: Learned, texts: Split['test']): Promise<Float32Array> {
    const { tokenizer, info } = this.readers.encoder;
    const rows = await textRows(
      tokenizer,
      texts.map(({ text }) => text),
      info.maxTextTokens,
    );
    const logits = await logitsOf(this.readers, learned, rows);
    return confidenceOf(learned.task.kind, logits, learned.task.labels.length);
  }
}

/** The classifier without the parts that a row leaves out. */
function only({ entailment, linear, tuned, ...rest }: Learned, keeps: Keeps): Learned {
  return {
    ...rest,
    entailment:
      keeps.question === 'none' || !entailment
        ? null
        : { ...entailment, isTuned: entailment.isTuned && keeps.question === 'tuned' },
    linear: keeps.linear ? linear : null,
    tuned: keeps.texts ? tuned : null,
  };
}

/** Numbers that were learned: stored, and not as they were. */
function countOf(learned: Learned, { frozen }: Keeps, base: number): number {
  const { entailment } = learned;
  const stored = countLearned(learned, base).learned;
  if (!entailment || !frozen) return stored;
  const { tokens, headWeight, headBias, bias } = entailment;
  const head = headWeight.length + headBias.length + bias.length + 1;
  return stored - (frozen === 'tokens' ? tokens.length : head);
}
