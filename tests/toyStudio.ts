// An engine over the toy encoder in folders of its own, and what tests ask of one again and again.
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { createEngine } from '../src/main/engine/engine';
import { defaultRecipe, type Recipe } from '../src/main/engine/training/recipe';
import { openSafetensors, writeSafetensors } from '../src/main/engine/weights/safetensors';
import type { Engine } from '../src/shared/contract';
import type { Prediction, Task, TaskKind, Text } from '../src/shared/domain';
import type { ClassifierRef, RunSummary, TrainEvent, TrainRequest } from '../src/shared/events';
import { toyEncoder } from './toyEncoder';

export const never = new AbortController().signal;

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'handful-toy-'));
  folders.push(folder);
  return folder;
}

/** The default recipe with few steps. */
export const quickRecipe: Recipe = {
  ...defaultRecipe,
  tokens: { ...defaultRecipe.tokens, passes: 100, mostSteps: 12, warmUp: 3 },
  text: { ...defaultRecipe.text, fewestSteps: 6, mostSteps: 6 },
};

export interface ToyStudio {
  readonly engine: Engine;
  readonly data: string;
  readonly resources: string;
  /** Another engine over the same folders, as after a restart. */
  readonly restart: (recipe?: Recipe) => Engine;
}

/** The encoders are `toy`, and `wide`: see `writeWideEncoder`. */
export async function openToyStudio(recipe: Recipe = quickRecipe): Promise<ToyStudio> {
  const folder = await temporaryFolder();
  const data = path.join(folder, 'data');
  const resources = path.join(folder, 'resources');
  const encoders = path.join(resources, 'encoders');
  await cp(toyEncoder, path.join(encoders, 'toy'), { recursive: true });
  await writeWideEncoder(path.join(encoders, 'wide'));
  const restart = (other = recipe) => createEngine({ data, resources, entry: null }, other);
  return { engine: restart(), data, resources, restart };
}

const wideWords = 30_000;

/**
 * The toy encoder with a table of 30,000 words, of which its tokenizer knows the first ones: so large
 * that 3 % of its numbers have room for all that a task may learn.
 */
async function writeWideEncoder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await cp(path.join(toyEncoder, 'tokenizer.json'), path.join(folder, 'tokenizer.json'));
  const config = JSON.parse(await readFile(path.join(toyEncoder, 'config.json'), 'utf8')) as object;
  const wide = { ...config, vocab_size: wideWords };
  await writeFile(path.join(folder, 'config.json'), JSON.stringify(wide));
  const toy = await openSafetensors(path.join(toyEncoder, 'model.safetensors'));
  const tensors = await Promise.all(
    [...toy.tensors.values()].map(async ({ name, shape }) => {
      const data = await toy.read(name);
      if (!name.endsWith('word_embeddings.weight')) return { name, shape, data };
      const [, hidden = 1] = shape;
      const table = new Float32Array(wideWords * hidden);
      table.set(data);
      return { name, shape: [wideWords, hidden], data: table };
    }),
  );
  await toy.close();
  await writeSafetensors(path.join(folder, 'model.safetensors'), tensors);
}

const names = ['delivery', 'payment', 'app'];

const sentences: readonly (readonly string[])[] = [
  ['the parcel came late', 'my order never arrived', 'delivery was slow', 'where is my parcel?'],
  ['the card payment is wrong', 'refund my money', 'the price is too high', 'my card was refused'],
  ['the app is broken', 'a bug in the new screen', 'login does not work', 'the app is slow today'],
];

/** A task over the labels delivery, payment and app (yes-no: delivery), each with four texts. */
export function toyRequest(
  runId: string,
  { kind = 'single', encoder = 'wide', seed = 1 }: Partial<TrainRequest> & { kind?: TaskKind } = {},
): TrainRequest {
  const labels = (kind === 'yes-no' ? names.slice(0, 1) : names).map((name) => ({
    id: name,
    name,
  }));
  const examples = sentences.flatMap((some, place) =>
    some.map((text, i) => {
      const own = kind === 'multi' && i === 0 ? [place, (place + 1) % 3] : [place];
      const ids = own.flatMap((each) => labels[each]?.id ?? []);
      return { id: `${place}-${i}`, text, labels: ids };
    }),
  );
  if (kind === 'multi') examples.push({ id: 'none', text: 'hello there', labels: [] });
  const task: Task = { kind, template: 'this text is about', labels };
  return { runId, encoder, task, examples, watch: examples.slice(0, 2), pool: [], seed };
}

export async function collect<T>(events: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const event of events) all.push(event);
  return all;
}

export const lossesOf = (events: readonly TrainEvent[]): number[] =>
  events.flatMap((event) => (event.type === 'step' ? [event.loss] : []));

export function summaryOf(events: readonly TrainEvent[]): RunSummary {
  const last = events.at(-1);
  if (last?.type !== 'finished') throw new Error(`The run ended with ${last?.type ?? 'nothing'}.`);
  return last.summary;
}

/** Trains to the end. */
export const trainToy = (engine: Engine, request: TrainRequest, signal = never) =>
  collect(engine.training.run(request, signal));

export async function predictAll(
  engine: Engine,
  classifier: ClassifierRef,
  texts: readonly Text[],
  signal = never,
): Promise<Prediction[]> {
  return (await collect(engine.predictions.run({ classifier, texts: [...texts] }, signal))).flat();
}

export const trained = (runId: string): ClassifierRef => ({ kind: 'trained', runId });
