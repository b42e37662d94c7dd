// The text pass and the step that tunes it, with linear maps in 8 bits against float32, through the
// readers that the app uses; everything read afresh in each round.
//   npm run bench:text -- [--quick] [--rounds N]
import { parseArgs } from 'node:util';
import { openEncoder } from '../src/main/engine/encoders/encoder';
import { lowRankVector, textPairs } from '../src/main/engine/encoders/lowRank';
import { tunedVectorsOf } from '../src/main/engine/evaluation/classify';
import { Readers } from '../src/main/engine/evaluation/readers';
import { threads } from '../src/main/engine/runtime/session';
import { dataOf } from '../src/main/engine/runtime/tensor';
import { textRows } from '../src/main/engine/tokenization/textRow';
import { contrastGraph } from '../src/main/engine/training/contrastGraph';
import { defaultRecipe } from '../src/main/engine/training/recipe';
import { freshSnapshot, StepRunner } from '../src/main/engine/training/stepRunner';
import { benchmark, interleave, print, printTable, secondsOf } from './benchmark';
import { sampleTexts } from './sampleTexts';
import { contrastCase } from './stepCases';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, rounds: { type: 'string' } },
});
const rounds = Number(options.rounds ?? (options.quick ? 3 : 15));
const stepTexts = 48;
const steps = options.quick ? 2 : 8;

/** What one kind of arithmetic is asked to do. */
interface Side {
  readonly read: () => Promise<Float32Array>;
  readonly readTuned: () => Promise<Float32Array>;
  readonly step: () => Promise<Float32Array>;
  readonly close: () => Promise<void>;
}

const encoder = await openEncoder('resources/encoders/handful-mini');
const texts = await sampleTexts();
const rows = await textRows(encoder.tokenizer, texts, encoder.info.maxTextTokens);

async function openSide(arithmetic: 'float32' | 'int8'): Promise<Side> {
  const readers = new Readers(encoder, 'cpu', 0, arithmetic); // nothing is kept
  const reader = await readers.texts();
  const pairs = textPairs(encoder.config, defaultRecipe.text.rank);
  const factors = new Float32Array(lowRankVector(pairs).size);
  const { vector, parameters, parts } = await contrastCase(readers, texts.slice(0, stepTexts), 6);
  const [feeds = {}] = parts;
  const model = contrastGraph(encoder, pairs, vector, defaultRecipe.text, await readers.maps());
  const settings = { provider: 'cpu', weightsFolder: encoder.folder } as const;
  const runner = await StepRunner.open(model, vector, freshSnapshot(parameters), settings);
  return {
    read: async () => (await reader.read(rows)).at(-1)?.vectors ?? new Float32Array(),
    readTuned: () => tunedVectorsOf(readers, { pairs, parameters: factors }, rows),
    step: async () => {
      for (let n = 1; n < steps; n++) await runner.run(feeds, 1);
      return dataOf((await runner.run(feeds, 1)).gradient);
    },
    close: async () => {
      await runner.release();
      await readers.release();
    },
  };
}

/** Cosine of the angle between two directions. */
function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) =>
    x.reduce((sum, value, i) => sum + value * (y[i] ?? Number.NaN), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

await benchmark(async () => {
  const [int8, float32] = [await openSide('int8'), await openSide('float32')];
  const tokens = rows.reduce((sum, { kept }) => sum + kept, 0);
  print(
    `${threads()} threads; ${rows.length} texts of ${Math.round(tokens / rows.length)} tokens; median of ${rounds} rounds in turn`,
  );
  const cases = [
    ['texts read, a second', 'read', rows.length],
    ['texts read with updates, a second', 'readTuned', rows.length],
    [`steps of ${stepTexts} texts, a second`, 'step', steps],
  ] as const;
  const ratios: number[] = [];
  const table = [['', 'int8', 'float32', 'ratio', 'cosine of the results']];
  for (const [name, work, count] of cases) {
    const alike = cosine(await int8[work](), await float32[work]());
    const { ours, theirs } = await interleave(
      rounds,
      () => secondsOf(int8[work]),
      () => secondsOf(float32[work]),
    );
    ratios.push(theirs / ours);
    const numbers = [count / ours, count / theirs, theirs / ours].map((value) => value.toFixed(2));
    table.push([name, ...numbers, alike.toFixed(4)]);
  }
  printTable(table);
  await int8.close();
  await float32.close();
  return {
    ratio: ratios[0] ?? Number.NaN,
    of: 'seconds in float32 / seconds in 8 bits, texts read',
  };
});
