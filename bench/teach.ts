// A step of intermediate training (all weights but the word vectors), Handful against PyTorch eager doing
// the same sums with the same threads on the same rows: forward, backward, clip, AdamW.
//   npm run bench:teach -- [--quick] [--rounds N]
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { openEncoder, weightsFile } from '../src/main/engine/encoders/encoder';
import { createRandom } from '../src/main/engine/experts/random';
import { threads } from '../src/main/engine/runtime/session';
import { floats, type Tensor } from '../src/main/engine/runtime/tensor';
import { batches } from '../src/main/engine/teaching/batches';
import { defaultTeaching } from '../src/main/engine/teaching/recipe';
import { readTaught, taughtTensors } from '../src/main/engine/teaching/taughtTensors';
import { teachingFeeds } from '../src/main/engine/teaching/teachingBatch';
import { stateInput, teachingGraph } from '../src/main/engine/teaching/teachingGraph';
import { TeachingRunner } from '../src/main/engine/teaching/teachingRunner';
import type { TeachingRow } from '../src/main/engine/teaching/teachingRow';
import type { TeachingSet } from '../src/main/engine/teaching/teachingSets';
import { openSafetensors } from '../src/main/engine/weights/safetensors';
import { benchmark, interleave, print, printTable } from './benchmark';
import { PythonSide } from './pythonSide';
import { madeUpLabels, sampleTexts } from './sampleTexts';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, rounds: { type: 'string' } },
});
const rounds = Number(options.rounds ?? (options.quick ? 3 : 11));
const rate = 1e-5;
const largestDifference = 1e-3;

const Steps = v.object({ losses: v.array(v.number()), seconds: v.number() });

/** Two sets from the sample's texts: pairs of neighbours, and texts under made-up labels. */
async function madeUpSets(): Promise<TeachingSet[]> {
  const texts = await sampleTexts();
  const answers = ['entailment', 'neutral', 'contradiction', 'not_entailment'] as const;
  const premises = texts.map((text, i) => ({
    text,
    hypotheses: [1, 2].map((next) => ({
      words: texts[(i + next) % texts.length] ?? '',
      answer: answers[(i + next) % answers.length] ?? 'neutral',
    })),
  }));
  const labels = madeUpLabels.slice(0, 12);
  const labelled = texts.map((text, i) => ({ text, label: labels[i % labels.length] ?? '' }));
  return [
    { kind: 'pairs', name: 'pairs', taught: premises, heldOut: [] },
    { kind: 'labels', name: 'labels', labels, taught: labelled, heldOut: [] },
  ];
}

const pairsOf = (rows: readonly TeachingRow[]) =>
  rows.reduce((sum, { closings }) => sum + closings.length, 0);

await benchmark(async () => {
  const encoder = await openEncoder('resources/encoders/handful-mini');
  const { weights, decay, longestGradient, poolSteps } = defaultTeaching;
  const tensors = taughtTensors(encoder);
  const file = await openSafetensors(path.join(encoder.folder, weightsFile));
  const state = new Map<string, Float32Array>();
  for (const tensor of tensors)
    state.set(stateInput('parameter', tensor.name), await readTaught(file, tensor, 1));
  await file.close();

  const steps: { rows: TeachingRow[]; feeds: Record<string, Tensor>; base: Float32Array }[] = [];
  const { num_hidden_layers: layers, hidden_size: hidden } = encoder.config;
  const random = createRandom(5);
  for await (const rows of batches(encoder, await madeUpSets(), defaultTeaching, 0)) {
    const compared = Math.ceil(rows.length / 2);
    const base = Float32Array.from(
      { length: compared * layers * hidden },
      () => random.normal() / 20,
    );
    const feeds = teachingFeeds(rows, encoder.config.num_attention_heads, weights.labels);
    feeds.base = floats(base, [compared, layers * hidden]);
    steps.push({ rows, feeds, base });
    if (steps.length === poolSteps) break;
  }
  const real = steps.reduce(
    (sum, { rows }) => sum + rows.reduce((n, { ids }) => n + ids.length, 0),
    0,
  );
  const padded = steps.reduce(
    (sum, { rows }) => sum + rows.length * Math.max(...rows.map(({ ids }) => ids.length)),
    0,
  );
  const pairs = steps.reduce((sum, { rows }) => sum + pairsOf(rows), 0);

  const model = teachingGraph(encoder, tensors, [], defaultTeaching);
  const provider = { provider: 'cpu', weightsFolder: encoder.folder } as const;
  const runner = await TeachingRunner.open(model, tensors, { state, step: 0 }, provider);
  const python = await PythonSide.start('teach_side.py', threads());
  await python.ask(
    {
      encoder: encoder.folder,
      rate,
      decay,
      longestGradient,
      weights,
      steps: steps.map(({ rows, base }) => ({
        base: Buffer.from(base.buffer).toString('base64'),
        rows: rows.map(({ ids, positions, textTokens, templateTokens, closings, asked }) => ({
          ids,
          positions,
          textTokens,
          templateTokens,
          closings,
          answers: asked.hypotheses.map(({ answer }) => answer),
          isRanked: asked.isRanked,
        })),
      })),
    },
    v.object({}),
  );

  const ours = async () => {
    const losses: number[] = [];
    const start = performance.now();
    for (const { feeds } of steps) losses.push((await runner.run(feeds, rate)).get('loss') ?? NaN);
    return { losses, seconds: (performance.now() - start) / 1000 };
  };
  const theirs = () => python.ask({ run: true }, Steps);
  print(`Handful has ${threads()} threads; median of ${rounds} rounds in turn`);
  print(
    `${steps.length} steps of ${Math.round(real / steps.length)} tokens; PyTorch pads ${Math.round(100 * (1 - real / padded))} %`,
  );
  const [warm, warmTheirs] = [await ours(), await theirs()];
  warm.losses.forEach((loss, n) => {
    const other = warmTheirs.losses[n] ?? Number.NaN;
    if (!(Math.abs(loss - other) < largestDifference))
      throw new Error(`Loss ${loss} here and ${other} in PyTorch, step ${n + 1}.`);
  });
  const speeds = await interleave(
    rounds,
    async () => (await ours()).seconds,
    async () => (await theirs()).seconds,
  );
  printTable([
    ['', 'Handful', 'PyTorch'],
    ['pairs a second', ...[speeds.ours, speeds.theirs].map((s) => (pairs / s).toFixed(1))],
    [
      'ms a step',
      ...[speeds.ours, speeds.theirs].map((s) => ((1000 * s) / steps.length).toFixed(0)),
    ],
    ['last loss', ...[warm, warmTheirs].map(({ losses }) => losses.at(-1)?.toFixed(5) ?? '')],
  ]);
  await python.close();
  await runner.release();
  return {
    ratio: speeds.theirs / speeds.ours,
    of: 'Handful pairs a second / PyTorch pairs a second',
  };
});
