// Intermediate training from a folder to a folder: draws rows, takes steps, tells how it goes, goes on
// where it was cut short, and leaves an encoder that Handful can open.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../../shared/errors';
import { openBase, weightsFile, type Encoder } from '../encoders/encoder';
import { lowRankVector, type LowRankPair } from '../encoders/lowRank';
import { packedFeeds } from '../evaluation/packedFeeds';
import { linearSchedule } from '../optimizer/schedule';
import { Session } from '../runtime/session';
import type { Tensor } from '../runtime/tensor';
import { firstFactors } from '../training/firstFactors';
import { openSafetensors } from '../weights/safetensors';
import { batches } from './batches';
import { heldOutBatches, scoreHeldOut } from './heldOut';
import { saveTaught } from './saveTaught';
import { readTaught, taughtPairs, taughtTensors, type Taught } from './taughtTensors';
import type { TeachEvent, TeachRequest } from './teachRequest';
import { comparedRows, teachingFeeds } from './teachingBatch';
import { readTeaching, removeTeaching, writeTeaching } from './teachingCheckpoint';
import { answeringGraph, baseGraph, stateInput, teachingGraph } from './teachingGraph';
import type { TeachingRow } from './teachingRow';
import { TeachingRunner, type TeachingState } from './teachingRunner';
import { readTeachingSets } from './teachingSets';

const reportEvery = 20;
const judgeEvery = 500;
const checkpointMs = 180_000;

/** Teaches. Stopped by `signal`, it leaves a checkpoint and throws 'cancelled'. */
export async function* teach(
  request: TeachRequest,
  signal?: AbortSignal,
): AsyncGenerator<TeachEvent, void> {
  const { from, out, recipe, provider, share } = request;
  const encoder = await openBase(from);
  const base = await openBase(request.like ?? from);
  checkAlike(encoder, base);
  const sets = await readTeachingSets(request.data);
  await mkdir(out, { recursive: true });
  const pairs = share === null ? [] : taughtPairs(encoder, share);
  const tensors = whatIsTaught(encoder, pairs);
  const facts = { ...request, name: undefined, out: undefined, keep: undefined };
  const start = (await readTeaching(out, facts)) ?? {
    step: 0,
    state: await firstState(encoder, tensors, pairs, recipe.seed),
  };

  const heads = encoder.config.num_attention_heads;
  const options = { provider, weightsFolder: encoder.folder };
  const model = teachingGraph(encoder, tensors, pairs, recipe);
  const runner = await TeachingRunner.open(model, tensors, start, options);
  const answering = await Session.open(answeringGraph(encoder, tensors, pairs), options);
  const reading = await Session.open(baseGraph(base), {
    ...options,
    weightsFolder: base.folder,
  });
  try {
    const heldOut = await heldOutBatches(encoder.tokenizer, sets, recipe);
    const judge = () => scoreHeldOut(answering, heads, runner.parameters, heldOut);
    const taught = tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    yield { kind: 'begun', step: runner.step, taught, sets: sets.length };

    const meter = new Meter(recipe.steps);
    let saved = Date.now();
    for await (const rows of batches(encoder, sets, recipe, runner.step)) {
      if (signal?.aborted) {
        await writeTeaching(out, facts, { step: runner.step, state: await runner.state() });
        throw new StudioError(
          'cancelled',
          `Stopped at step ${runner.step}; "${out}" goes on there.`,
        );
      }
      const rate = recipe.rate * linearSchedule(runner.step, recipe.steps, recipe.warmUp);
      const terms = await runner.run(
        {
          ...teachingFeeds(rows, heads, recipe.weights.labels),
          ...(await baseFeeds(reading, rows, heads)),
        },
        rate,
      );
      meter.add(terms, rows);
      const { step } = runner;
      if (step % reportEvery === 0 || step === recipe.steps) yield meter.report(step);
      if (step % judgeEvery === 0 && step < recipe.steps)
        yield { kind: 'held-out', step, scores: await judge() };
      if (step === recipe.steps) break;
      if (Date.now() - saved > checkpointMs) {
        await writeTeaching(out, facts, { step, state: await runner.state() });
        saved = Date.now();
      }
    }
    const scores = await judge();
    await writeTeaching(out, facts, { step: runner.step, state: await runner.state() });
    await saveTaught(request, encoder, {
      tensors,
      pairs,
      state: await runner.state(),
      sets,
      scores,
    });
    await removeTeaching(out);
    yield { kind: 'saved', folder: out, scores };
  } finally {
    await runner.release();
    await answering.release();
    await reading.release();
  }
}

/** Their text vectors can be compared only where both have as many, as long, of the same tokens. */
function checkAlike(encoder: Encoder, base: Encoder): void {
  const sizes = ({ config }: Encoder) =>
    [config.num_hidden_layers, config.hidden_size, config.vocab_size].join();
  if (sizes(encoder) !== sizes(base))
    throw new StudioError(
      'bad-request',
      `The encoder in "${base.folder}" has other layers, vectors or words than the one in "${encoder.folder}". Name one of the same family after --like.`,
    );
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, dim) => product * dim, 1);

/** All weights, or the factors of low-rank updates and the entailment head. */
function whatIsTaught(encoder: Encoder, pairs: readonly LowRankPair[]): Taught[] {
  const all = taughtTensors(encoder);
  if (pairs.length === 0) return all;
  const factors = lowRankVector(pairs).parameters.map((factor) => ({ ...factor, isTurned: false }));
  return [...factors, ...all.filter(({ name }) => name.startsWith('entailment.'))];
}

async function firstState(
  encoder: Encoder,
  tensors: readonly Taught[],
  pairs: readonly LowRankPair[],
  seed: number,
): Promise<TeachingState> {
  const file = await openSafetensors(path.join(encoder.folder, weightsFile));
  const vector = lowRankVector(pairs);
  const factors = firstFactors(vector, seed);
  try {
    const state = new Map<string, Float32Array>();
    for (const tensor of tensors)
      state.set(
        stateInput('parameter', tensor.name),
        vector.has(tensor.name)
          ? Float32Array.from(vector.view(factors, tensor.name))
          : await readTaught(file, tensor, seed),
      );
    return state;
  } finally {
    await file.close();
  }
}

/** The base's mean vectors of the compared rows' texts. */
async function baseFeeds(
  reading: Session,
  rows: readonly TeachingRow[],
  heads: number,
): Promise<Record<'base', Tensor>> {
  const texts = comparedRows(rows).map(({ ids, textTokens }) => ids.slice(0, textTokens));
  const { vectors } = await reading.run(packedFeeds(texts, heads));
  if (!vectors) throw new Error('The base gives vectors.');
  return { base: vectors };
}

/** Means and speed between two reports. */
class Meter {
  #sums = new Map<string, number>();
  #steps = 0;
  #pairs = 0;
  #since = performance.now();

  constructor(private readonly steps: number) {}

  add(terms: ReadonlyMap<string, number>, rows: readonly TeachingRow[]): void {
    for (const [term, value] of terms) this.#sums.set(term, (this.#sums.get(term) ?? 0) + value);
    this.#steps++;
    this.#pairs += rows.reduce((sum, { closings }) => sum + closings.length, 0);
  }

  report(step: number): TeachEvent {
    const seconds = (performance.now() - this.#since) / 1000;
    const terms = new Map([...this.#sums].map(([term, sum]) => [term, sum / this.#steps]));
    const event: TeachEvent = {
      kind: 'steps',
      step,
      terms,
      pairsPerSecond: this.#pairs / seconds,
      secondsLeft: ((this.steps - step) * seconds) / this.#steps,
    };
    this.#sums = new Map();
    this.#steps = this.#pairs = 0;
    this.#since = performance.now();
    return event;
  }
}
