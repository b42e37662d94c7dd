import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { buildChildScript } from '../../tests/contract/childScript';
import type { TrainEvent, TrainRequest } from '../shared/events';
import { EngineProcess } from './engineProcess';
import type { EngineChild, EngineEnding } from './host';
import { engineEnvironment, forkEngine } from './nodeHost';

let script = '';
beforeAll(async () => {
  script = await buildChildScript('tests/contract/scriptedEngine.ts');
});

const started: EngineProcess[] = [];
afterEach(async () => {
  for (const engine of started.splice(0)) await engine.close();
});

async function startEngine(resources = '') {
  const dataFolder = await mkdtemp(path.join(os.tmpdir(), 'handful-engine-'));
  const children: EngineChild[] = [];
  const delays: number[] = [];
  const process = new EngineProcess(
    () => {
      const child = forkEngine(script, engineEnvironment(dataFolder, resources));
      children.push(child);
      return child;
    },
    {
      delayMs(n) {
        delays.push(n);
        return n;
      },
    },
  );
  started.push(process);
  return { engine: process.engine, process, children, delays };
}

const untilStopped = new AbortController().signal;
const task = { kind: 'single' as const, template: '', labels: [] };
const classifier = { kind: 'zero-shot' as const, encoder: 'e', task };

/** A run whose process dies after every `diesAfter` steps; 0: never. */
const runOf = (runId: string, diesAfter: number): TrainRequest => ({
  runId,
  encoder: 'e',
  task,
  examples: [],
  watch: [],
  pool: [],
  seed: diesAfter,
});

async function collect(events: AsyncIterable<TrainEvent>): Promise<TrainEvent[]> {
  const all: TrainEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}
const stepsOf = (events: TrainEvent[]) =>
  events.flatMap((event) => (event.type === 'step' ? [event.step] : []));

it('starts one process, at the first call', async () => {
  const { engine, children } = await startEngine();
  expect(children).toHaveLength(0);
  const [first, second] = await Promise.all([engine.provider.current(), engine.provider.current()]);
  expect(first).toEqual(second);
  expect(children).toHaveLength(1);
});

it('fails the calls in flight with `engine-died` and answers the next from a new process', async () => {
  const { engine, children, delays } = await startEngine();
  const before = await engine.provider.current();
  const waiting = engine.classifiers.export({ runId: 'r', name: 'n' });
  setTimeout(() => children[0]?.kill(), 20);
  await expect(waiting).rejects.toMatchObject({
    code: 'engine-died',
    message: expect.stringContaining('try once more') as string,
  });
  expect((await engine.provider.current()).sentence).not.toBe(before.sentence);
  expect(delays).toEqual([0, 0]);
});

it('fails a stream that the engine died under, after what it had sent', async () => {
  const { engine } = await startEngine();
  const texts = ['a', 'b', 'deadly', 'c'].map((text, n) => ({ id: `t${n}`, text }));
  const got: string[] = [];
  const reading = (async () => {
    for await (const some of engine.predictions.run({ classifier, texts }, untilStopped))
      got.push(...some.map(({ id }) => id));
  })();
  await expect(reading).rejects.toMatchObject({ code: 'engine-died' });
  expect(got).toEqual(['t0', 't1']);
});

it('continues a training run from its checkpoint when the process dies', async () => {
  const { engine, children } = await startEngine();
  const events = await collect(engine.training.run(runOf('run-1', 8), untilStopped));
  expect(stepsOf(events)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  const resumed = events.flatMap((event) => (event.type === 'started' ? [event.resumedAt] : []));
  expect(resumed).toEqual([0, 8, 16]);
  expect(children).toHaveLength(3);
});

it('gives a training run up after it was continued three times', async () => {
  const { engine, children } = await startEngine();
  await expect(collect(engine.training.run(runOf('run-2', 1), untilStopped))).rejects.toMatchObject(
    {
      code: 'engine-died',
    },
  );
  expect(children).toHaveLength(4);
  // The same request once more goes on from where that ended.
  const events = await collect(engine.training.run(runOf('run-2', 0), untilStopped));
  expect(events[0]).toMatchObject({ type: 'started', resumedAt: 4 });
});

it('passes on the engine`s own errors as they are', async () => {
  const { engine } = await startEngine();
  await expect(engine.training.keep({ runId: 'r' })).rejects.toMatchObject({
    code: 'busy',
    message: 'Not now.',
  });
});

it('waits longer each time for an engine that does not start, then says so', async () => {
  const { engine, children, delays } = await startEngine('broken');
  for (let n = 0; n < 4; n++)
    await expect(engine.encoders.list()).rejects.toMatchObject({ code: 'engine-died' });
  await expect(engine.encoders.list()).rejects.toMatchObject({
    message: expect.stringContaining('does not start on this computer') as string,
    details: { lastWords: 'out of memory' },
  });
  expect(delays).toEqual([0, 1, 2, 3]);
  expect(children).toHaveLength(4);
});

it('is tried afresh by whoever asks after it counted as broken', async () => {
  let resources = 'broken';
  const delays: number[] = [];
  const watched = new EngineProcess(
    () => forkEngine(script, engineEnvironment(os.tmpdir(), resources)),
    { delayMs: (n) => delays.push(n) },
  );
  started.push(watched);
  for (let n = 0; n < 5; n++)
    await expect(watched.engine.encoders.list()).rejects.toMatchObject({ code: 'engine-died' });
  resources = '';
  expect(await watched.engine.encoders.list()).toEqual([]);
  expect(delays).toEqual([0, 1, 2, 3, 0]);
});

it('survives that no process can be started, and says so', async () => {
  let fails = true;
  const watched = new EngineProcess(() => {
    if (fails) throw new Error('spawn EAGAIN');
    return forkEngine(script, engineEnvironment(os.tmpdir(), ''));
  });
  started.push(watched);
  await expect(watched.engine.encoders.list()).rejects.toMatchObject({
    code: 'engine-died',
    message: expect.stringContaining('spawn EAGAIN') as string,
  });
  fails = false;
  expect(await watched.engine.encoders.list()).toEqual([]);
});

it('survives a program of Node that is gone, and says so', async () => {
  const { execPath } = process;
  process.execPath = '/gone/node';
  const child = forkEngine(script, engineEnvironment(os.tmpdir(), ''));
  process.execPath = execPath;
  const { lastWords } = await new Promise<EngineEnding>((resolve) => child.onExit(resolve));
  expect(lastWords).toContain('ENOENT');
});

it('ends the process when it is closed, and starts no other', async () => {
  const { engine, process: watched, children } = await startEngine();
  const pid = Number((await engine.provider.current()).sentence);
  await watched.close();
  expect(() => process.kill(pid, 0)).toThrow();
  await expect(engine.encoders.list()).rejects.toMatchObject({ code: 'disconnected' });
  expect(children).toHaveLength(1);
});
