// One training step, Handful against PyTorch eager doing the same sums with the same threads: forward,
// backward, clip, AdamW. Question steps share kept keys and values; the contrast step runs the encoder.
//   npm run bench:step -- [--quick] [--rounds N]
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { openEncoder, type Encoder } from '../src/main/engine/encoders/encoder';
import { Readers } from '../src/main/engine/evaluation/readers';
import { threads } from '../src/main/engine/runtime/session';
import { freshSnapshot, StepRunner } from '../src/main/engine/training/stepRunner';
import { benchmark, geometricMean, interleave, print, printTable } from './benchmark';
import { PythonSide } from './pythonSide';
import { madeUpLabels, sampleTexts } from './sampleTexts';
import { contrastCase, questionCase, type StepCase } from './stepCases';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, rounds: { type: 'string' } },
});
const rounds = Number(options.rounds ?? (options.quick ? 3 : 15));
/** Both sides take about this long in each round. */
const roundMs = options.quick ? 400 : 2000;
const texts = 32;
const largestDifference = 1e-3;

const Steps = v.object({ losses: v.array(v.number()), msPerStep: v.number() });

/** Takes steps on our side: the losses, and milliseconds for one step. */
async function takeSteps(runner: StepRunner, { parts }: StepCase, count: number) {
  const losses: number[] = [];
  const start = performance.now();
  for (let n = 0; n < count; n++) losses.push(await runner.runParts(parts, 1));
  return { losses, msPerStep: (performance.now() - start) / count };
}

/** The case measured on both sides: milliseconds per step. */
async function measure(encoder: Encoder, python: PythonSide, step: StepCase) {
  const { model, vector, parameters, request } = step;
  const options = { provider: 'cpu', weightsFolder: encoder.folder } as const;
  const runner = await StepRunner.open(model, vector, freshSnapshot(parameters), options);
  await python.ask({ ...request, encoder: encoder.folder }, v.object({}));
  const ours = (count: number) => takeSteps(runner, step, count);
  const theirs = (count: number) => python.ask({ steps: count }, Steps);

  const [warm, warmTheirs] = [await ours(3), await theirs(3)];
  warm.losses.forEach((loss, n) => {
    const other = warmTheirs.losses[n] ?? Number.NaN;
    if (!(Math.abs(loss - other) < largestDifference))
      throw new Error(`${step.name}: loss ${loss} here and ${other} in PyTorch, step ${n + 1}.`);
  });
  const count = Math.max(1, Math.round(roundMs / (await theirs(2)).msPerStep));
  const medians = await interleave(
    rounds,
    async () => (await ours(count)).msPerStep,
    async () => (await theirs(count)).msPerStep,
  );
  await runner.release();
  return { ...medians, loss: warm.losses.at(-1), lossTheirs: warmTheirs.losses.at(-1) };
}

await benchmark(async () => {
  const encoder = await openEncoder('resources/encoders/handful-mini');
  const readers = new Readers(encoder, 'cpu');
  const python = await PythonSide.start('step_side.py', threads());
  const all = await sampleTexts();
  const cases = [
    ...[2, 6, 77].map(
      (labels) => () => questionCase(readers, all.slice(0, texts), madeUpLabels.slice(0, labels)),
    ),
    () => contrastCase(readers, all.slice(0, texts + texts / 2), 6),
  ];
  print(`Handful has ${threads()} threads; median of ${rounds} rounds in turn`);
  const ratios: number[] = [];
  const rows = [['', 'Handful ms', 'PyTorch ms', 'ratio', 'loss', 'loss in PyTorch']];
  for (const make of cases) {
    const step = await make();
    const { ours, theirs, loss, lossTheirs } = await measure(encoder, python, step);
    ratios.push(theirs / ours);
    rows.push([
      step.name,
      ...[ours, theirs, theirs / ours].map((value) => value.toFixed(2)),
      ...[loss, lossTheirs].map((value) => value?.toFixed(5) ?? ''),
    ]);
  }
  printTable(rows);
  await python.close();
  await readers.release();
  const of = 'PyTorch milliseconds / Handful milliseconds, geometric mean of the steps';
  return { ratio: geometricMean(ratios), of };
});
