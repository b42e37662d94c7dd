// Teaching from a folder to a folder, on the toy encoder and a few texts.
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { toyEncoder } from '../../../../tests/toyEncoder';
import { openEncoder, weightsFile } from '../encoders/encoder';
import { createRandom } from '../experts/random';
import { openSafetensors } from '../weights/safetensors';
import { defaultTeaching } from './recipe';
import { teach } from './teach';
import type { TeachEvent, TeachRequest } from './teachRequest';
import { wordTable } from './taughtTensors';

let folder: string;
let request: TeachRequest;

const rowsOf = (rows: readonly object[]) =>
  gzipSync(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'teach-'));
  const data = path.join(folder, 'data');
  await mkdir(data);
  const random = createRandom(3);
  const one = (words: string) => words.split(' ')[random.integer(words.split(' ').length)] ?? '';
  const good = () => `the ${one('app parcel screen price')} is ${one('great good cheap fast')}`;
  const bad = () => `the ${one('app parcel screen price')} is ${one('terrible bad slow broken')}`;
  await writeFile(
    path.join(data, 'cls-opinions.jsonl.gz'),
    rowsOf(
      Array.from({ length: 120 }, (_, i) =>
        i % 2 ? { text: good(), label: 'happy' } : { text: bad(), label: 'sad' },
      ),
    ),
  );
  await writeFile(
    path.join(data, 'nli-pairs.jsonl.gz'),
    rowsOf(
      Array.from({ length: 120 }, (_, i) => {
        const premise = i % 2 ? good() : bad();
        const isRight = i % 3 === 0;
        const hypothesis = isRight ? premise : 'we love food';
        return { premise, hypothesis, label: isRight ? 'entailment' : 'neutral' };
      }),
    ),
  );
  const recipe = {
    ...defaultTeaching,
    steps: 30,
    warmUp: 2,
    rate: 3e-3,
    tokens: 300,
    poolSteps: 4,
  };
  const out = path.join(folder, 'out');
  request = { from: toyEncoder, data, out, recipe, share: null, keep: 0, provider: 'cpu' };
});
afterEach(() => rm(folder, { recursive: true }));

async function run(changes: Partial<TeachRequest> = {}, stopAfter = Infinity) {
  const events: TeachEvent[] = [];
  const abort = new AbortController();
  for await (const event of teach({ ...request, ...changes }, abort.signal)) {
    events.push(event);
    if (event.kind === 'steps' && event.step >= stopAfter) abort.abort();
  }
  return events;
}

async function weightsIn(out: string): Promise<Map<string, Float32Array>> {
  const file = await openSafetensors(path.join(out, weightsFile));
  const all = new Map<string, Float32Array>();
  for (const name of file.tensors.keys()) all.set(name, await file.read(name));
  await file.close();
  return all;
}

const lossesOf = (events: readonly TeachEvent[]) =>
  events.flatMap((event) => (event.kind === 'steps' ? [event.terms.get('loss') ?? NaN] : []));

it('learns what it is shown, and leaves an encoder that opens', async () => {
  const events = await run({ recipe: { ...request.recipe, steps: 80, rate: 5e-3 } });
  const [first = 0, last = 0] = [lossesOf(events)[0], lossesOf(events).at(-1)];
  expect(last).toBeLessThan(first * 0.8);
  const saved = events.at(-1);
  if (saved?.kind !== 'saved') throw new Error('Nothing was saved.');
  expect(saved.scores.find(({ set }) => set === 'cls-opinions')).toMatchObject({ right: 3, of: 3 });
  const encoder = await openEncoder(request.out);
  expect(encoder.config.handful.layout).toBe('shared-text');
  const [before, after] = [await weightsIn(toyEncoder), await weightsIn(request.out)];
  expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
  for (const [name, data] of after)
    if (name === wordTable) expect(data).toEqual(before.get(name));
    else expect(data, name).not.toEqual(before.get(name));
  expect(await readFile(path.join(request.out, 'README.md'), 'utf8')).toContain('cls-opinions');
});

it('goes on where it was stopped, to the very same encoder', async () => {
  await expect(run({}, 20)).rejects.toThrow('Stopped at step 20');
  const events = await run();
  expect(events[0]).toMatchObject({ kind: 'begun', step: 20 });
  const whole = path.join(folder, 'whole');
  await run({ out: whole });
  expect(await weightsIn(request.out)).toEqual(await weightsIn(whole));
});

it('stays close to another encoder than the one it starts from, if asked to', async () => {
  const recipe = { ...request.recipe, steps: 20, rate: 1e-7 }; // standing still: only the distance counts
  const first = path.join(folder, 'first');
  await run({ out: first, recipe: { ...request.recipe, steps: 20, rate: 5e-3 } });
  const farFrom = async (changes: Partial<TeachRequest>, name: string) => {
    const events = await run({ ...changes, from: first, out: path.join(folder, name), recipe });
    const [steps] = events.filter((event) => event.kind === 'steps');
    return steps?.terms.get('distillation') ?? NaN;
  };
  expect(await farFrom({}, 'itself')).toBeLessThan(1e-4);
  expect(await farFrom({ like: toyEncoder }, 'the base')).toBeGreaterThan(1e-3);
});

it('says that an encoder of other sizes cannot be stayed close to', async () => {
  const small = path.join(folder, 'small');
  await cp(toyEncoder, small, { recursive: true });
  const config = JSON.parse(await readFile(path.join(small, 'config.json'), 'utf8')) as object;
  await writeFile(
    path.join(small, 'config.json'),
    JSON.stringify({ ...config, num_hidden_layers: 1 }),
  );
  await expect(run({ like: small })).rejects.toThrow('other layers, vectors or words');
});

it('teaches low-rank updates within the share that was asked for', async () => {
  const [begun] = await run({ share: 0.03, recipe: { ...request.recipe, steps: 4 } });
  const { info } = await openEncoder(toyEncoder);
  if (begun?.kind !== 'begun') throw new Error('Nothing has begun.');
  const head = 3 * 32 + 3;
  // One rank is the least there is; the toy encoder is too small for 3 % to hold more.
  expect(begun.taught - head).toBeLessThanOrEqual(Math.max(0.03 * info.parameters, 1700));
  const [before, after] = [await weightsIn(toyEncoder), await weightsIn(request.out)];
  const map = 'encoder.layer.0.attention.self.query';
  expect(after.get(`${map}.weight`)).not.toEqual(before.get(`${map}.weight`));
  expect(after.get(`${map}.bias`)).toEqual(before.get(`${map}.bias`));
});

it('averages with the base where asked', async () => {
  const steps = { ...request.recipe, steps: 4 };
  await run({ recipe: steps });
  const kept = path.join(folder, 'kept');
  await run({ out: kept, keep: 0.5, recipe: steps });
  const name = 'encoder.layer.1.output.dense.weight';
  const [base, full, half] = [
    (await weightsIn(toyEncoder)).get(name),
    (await weightsIn(request.out)).get(name),
    (await weightsIn(kept)).get(name),
  ];
  for (const [i, value] of half?.entries() ?? [])
    expect(value).toBeCloseTo(((base?.[i] ?? 0) + (full?.[i] ?? 0)) / 2, 2);
});

it('names the line, the file and the folder that it cannot use', async () => {
  await expect(run({ data: folder })).rejects.toThrow(`"${folder}" has no files nli-`);
  const file = path.join(request.data, 'cls-broken.jsonl.gz');
  await writeFile(file, rowsOf([{ text: 'fine', label: 'a' }, { text: 'no label' }]));
  await expect(run()).rejects.toThrow(`Line 2 of "${file}"`);
  await writeFile(file, 'not zipped');
  await expect(run()).rejects.toThrow('is damaged');
});
