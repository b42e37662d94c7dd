// The peers' side of the quality table: Python scripts, each started when it is first needed.
import path from 'node:path';
import * as v from 'valibot';
import { openEncoder } from '../src/main/engine/encoders/encoder';
import { layoutQuestion } from '../src/main/engine/entailment/question';
import { textRows } from '../src/main/engine/tokenization/textRow';
import { PythonSide } from './pythonSide';
import type { Outcome } from './qualityHandful';
import type { ByPython } from './qualityRows';
import type { Split } from './qualitySplit';

const Answer = v.object({
  /** float32 in little-endian order, [texts, labels] */
  confidence: v.string(),
  seconds: v.number(),
  learned: v.number(),
  base: v.number(),
  /** Processor seconds of the script so far. */
  cpu: v.number(),
});

export interface PeerOptions {
  /** Folder of our encoder. */
  readonly encoder: string;
  readonly threads: number;
  /** Matrix products in bfloat16: several times faster where the processor has them. */
  readonly fastMatmul: boolean;
}

export class Peers {
  readonly #sides = new Map<string, Promise<PythonSide>>();
  readonly #cpu = new Map<string, number>();

  constructor(private readonly options: PeerOptions) {}

  async trained(row: string, by: ByPython, split: Split, seed: number): Promise<Outcome> {
    const { encoder, threads, fastMatmul } = this.options;
    const { kind, labels } = split.task;
    const placeOf = new Map(labels.map(({ id }, place) => [id, place]));
    const side = await this.#side(by);
    const answer = await side.ask(
      {
        ...{ row, kind, seed, threads, fastMatmul },
        labels: labels.map(({ id }) => id),
        train: split.train.map(({ text, labels }) => [text, labels.map((id) => placeOf.get(id))]),
        test: split.test.map(({ text }) => text),
        ...(by.ourEncoder && { encoder: path.resolve(encoder), ...(await asIds(encoder, split)) }),
      },
      Answer,
    );
    this.#cpu.set(keyOf(by), answer.cpu);
    const bytes = Buffer.from(answer.confidence, 'base64');
    const confidence = Float32Array.from({ length: bytes.length / 4 }, (_, i) =>
      bytes.readFloatLE(4 * i),
    );
    return { ...answer, confidence };
  }

  /** Processor seconds of all scripts so far, as of their last answers. */
  get cpuSeconds(): number {
    return [...this.#cpu.values()].reduce((sum, seconds) => sum + seconds, 0);
  }

  async close(): Promise<void> {
    for (const side of this.#sides.values()) await (await side.catch(() => null))?.close();
  }

  #side(by: ByPython): Promise<PythonSide> {
    const key = keyOf(by);
    const python = by.python === undefined ? undefined : process.env[by.python];
    const side = this.#sides.get(key) ?? PythonSide.start(by.script, this.options.threads, python);
    this.#sides.set(key, side);
    return side;
  }
}

const keyOf = ({ script, python = '' }: ByPython): string => `${script} ${python}`;

/** Question and texts as our tokenizer reads them. */
async function asIds(folder: string, { task, train, test }: Split) {
  const { tokenizer, info } = await openEncoder(folder);
  const idsOf = async (texts: Split['test']) => {
    const rows = await textRows(
      tokenizer,
      texts.map(({ text }) => text),
      info.maxTextTokens,
    );
    return rows.map(({ ids }) => [...ids]);
  };
  return {
    question: await layoutQuestion(tokenizer, task),
    trainIds: await idsOf(train),
    testIds: await idsOf(test),
  };
}
