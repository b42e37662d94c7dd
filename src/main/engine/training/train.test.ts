// Training runs on the toy encoder from the request to the classifier, through the engine's contract.
import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  lossesOf,
  never,
  openToyStudio,
  predictAll,
  quickRecipe,
  summaryOf,
  toyRequest,
  trained,
  trainToy,
  type ToyStudio,
} from '../../../../tests/toyStudio';
import type { Prediction } from '../../../shared/domain';
import type { ClassifierRef, TrainEvent, TrainRequest } from '../../../shared/events';
import { openSafetensors } from '../weights/safetensors';

let studio: ToyStudio;
beforeAll(async () => {
  studio = await openToyStudio();
});

const runFolder = (runId: string) => path.join(studio.data, 'runs', runId);

/** Numbers in the file of what was learned. */
async function countStored(runId: string): Promise<number> {
  const file = await openSafetensors(path.join(runFolder(runId), 'task.safetensors'));
  await file.close();
  return [...file.tensors.values()].reduce(
    (sum, { shape }) => sum + shape.reduce((product, dim) => product * dim, 1),
    0,
  );
}

/** Mean over the texts of the log-probability of their true labels. */
function likelihood({ task, examples }: TrainRequest, said: readonly Prediction[]): number {
  const logs = said.map(({ confidence }, i) => {
    const truth = task.labels.map(({ id }) => examples[i]?.labels.includes(id));
    const wanted = confidence.map((p, k) => (truth[k] ? p : 1 - p));
    const counted = task.kind === 'single' ? wanted.filter((_, k) => truth[k]) : wanted;
    return counted.reduce((sum, p) => sum + Math.log(p), 0) / counted.length;
  });
  return logs.reduce((a, b) => a + b, 0) / logs.length;
}

describe('the events of a run', () => {
  let events: TrainEvent[];
  beforeAll(async () => {
    events = await trainToy(studio.engine, toyRequest('events'));
  });

  it('come in order: reading, started, steps one by one, keeping, finished', () => {
    const types = events.map(({ type }) => type);
    expect(events[0]).toEqual({ type: 'phase', phase: 'reading' });
    expect(types.indexOf('started')).toBe(1);
    expect(types.filter((type) => type === 'started' || type === 'finished')).toEqual([
      'started',
      'finished',
    ]);
    expect(types.at(-1)).toBe('finished');
    const phases = events.flatMap((event) => (event.type === 'phase' ? [event.phase] : []));
    expect([...new Set(phases)]).toEqual(['reading', 'learning', 'checking', 'keeping']);
    const steps = events.flatMap((event) => (event.type === 'step' ? [event.step] : []));
    expect(steps).toEqual(steps.map((_, i) => i + 1));
  });

  it('announce just the steps that come', () => {
    const started = events.find((event) => event.type === 'started');
    const announced = started?.type === 'started' ? started.parts : [];
    expect(announced.map(({ part }) => part)).toEqual(['words', 'texts', 'check', 'check']);
    expect(announced.reduce((sum, { steps }) => sum + steps, 0)).toBe(lossesOf(events).length);
    expect(summaryOf(events)).toMatchObject({ parts: announced, losses: lossesOf(events) });
  });

  it('show the watched texts, after a step, as the classifier stands', () => {
    const watched = events.filter((event) => event.type === 'watch');
    expect(watched.length).toBeGreaterThan(0);
    for (const { predictions } of watched) {
      expect(predictions.map(({ id }) => id)).toEqual(['0-0', '0-1']);
      for (const { confidence } of predictions)
        expect(confidence.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    }
  });

  it('tell of a loss that falls in each part', () => {
    const { losses, parts } = summaryOf(events);
    let from = 0;
    for (const { part, steps } of parts) {
      const own = losses.slice(from, from + steps);
      from += steps;
      expect(own.at(-1), part).toBeLessThan(own[0] ?? 0);
    }
  });

  it('leave the classifier in the folder, and no checkpoint', async () => {
    expect((await readdir(runFolder('events'))).sort()).toEqual([
      'golden.json',
      'summary.json',
      'task.safetensors',
    ]);
  });
});

describe('the seed', () => {
  it('decides all numbers: the same again, others with another', async () => {
    const run = async (runId: string, seed: number) => {
      const engine = studio.restart();
      const events = await trainToy(engine, toyRequest(runId, { seed }));
      const said = await predictAll(engine, trained(runId), toyRequest('').examples);
      return { losses: lossesOf(events), said: said.map(({ confidence }) => confidence) };
    };
    const first = await run('seed-1', 1);
    expect(await run('seed-2', 1)).toEqual(first);
    const other = await run('seed-3', 2);
    expect(other.losses).not.toEqual(first.losses);
    expect(other.said).not.toEqual(first.said);
  });
});

describe('a run that is stopped', () => {
  it('between two steps keeps no classifier, and the engine is free for the next', async () => {
    const cancel = new AbortController();
    const seen: TrainEvent[] = [];
    const running = async () => {
      for await (const event of studio.engine.training.run(toyRequest('stopped'), cancel.signal)) {
        seen.push(event);
        if (event.type === 'step' && event.step === 3) cancel.abort();
      }
    };
    await expect(running()).rejects.toMatchObject({ code: 'cancelled' });
    expect(lossesOf(seen)).toHaveLength(3);
    await expect(access(path.join(runFolder('stopped'), 'task.safetensors'))).rejects.toThrow();
    await expect(
      predictAll(studio.engine, trained('stopped'), [{ id: '', text: 'a' }]),
    ).rejects.toMatchObject({ code: 'classifier-missing' });
    expect(summaryOf(await trainToy(studio.engine, toyRequest('next'))).runId).toBe('next');
  });

  it('may be followed at once by the next, which waits for its end', async () => {
    const cancel = new AbortController();
    const next: Promise<TrainEvent[]>[] = [];
    const running = async () => {
      for await (const event of studio.engine.training.run(toyRequest('first'), cancel.signal))
        if (event.type === 'step' && event.step === 2) {
          cancel.abort();
          next.push(trainToy(studio.engine, toyRequest('second')));
        }
    };
    await expect(running()).rejects.toMatchObject({ code: 'cancelled' });
    expect(summaryOf((await next[0]) ?? []).runId).toBe('second');
  });

  it('by a reader that goes away is over, too', async () => {
    for await (const event of studio.engine.training.run(toyRequest('left'), never))
      if (event.type === 'step') break;
    expect(summaryOf(await trainToy(studio.engine, toyRequest('after')))).toBeTruthy();
  });

  it('before it begins does nothing', async () => {
    const cancel = new AbortController();
    cancel.abort();
    await expect(trainToy(studio.engine, toyRequest('never'), cancel.signal)).rejects.toMatchObject(
      { code: 'cancelled' },
    );
  });
});

describe('"stop and keep this moment"', () => {
  it.each([1, 14])('after step %i ends the run with what it knows', async (at) => {
    const runId = `keep-${at}`;
    const events: TrainEvent[] = [];
    for await (const event of studio.engine.training.run(toyRequest(runId), never)) {
      events.push(event);
      if (event.type === 'step' && event.step === at) await studio.engine.training.keep({ runId });
    }
    const summary = summaryOf(events);
    expect(summary.stoppedEarly).toBe(true);
    expect(summary.losses).toHaveLength(at);
    const [said] = await predictAll(studio.engine, trained(runId), toyRequest('').examples);
    expect(said?.confidence).toHaveLength(3);
    expect(await countStored(runId)).toBe(summary.parameters.learned);
  });

  it('of another run stops nothing', async () => {
    const events: TrainEvent[] = [];
    for await (const event of studio.engine.training.run(toyRequest('mine'), never)) {
      events.push(event);
      if (event.type === 'step') await studio.engine.training.keep({ runId: 'yours' });
    }
    expect(summaryOf(events).stoppedEarly).toBe(false);
  });
});

it('refuses a second training while one runs', async () => {
  for await (const event of studio.engine.training.run(toyRequest('one'), never))
    if (event.type === 'step') {
      await expect(trainToy(studio.engine, toyRequest('two'))).rejects.toMatchObject({
        code: 'busy',
      });
      break;
    }
});

describe('a run that was interrupted', () => {
  /** Until a checkpoint lies in the folder, then as if the process had gone. */
  async function interrupt(request: TrainRequest, after: number): Promise<void> {
    for await (const event of studio.engine.training.run(request, never))
      if (event.type === 'step' && event.step === after) break;
  }

  it('goes on where its checkpoint stood and ends as if nothing had been', async () => {
    const whole = await trainToy(studio.engine, toyRequest('whole'));
    // One step into the second part: the checkpoint at the end of the first is there.
    await interrupt(toyRequest('parted'), 13);
    const rest = await trainToy(studio.restart(), toyRequest('parted'));
    const started = rest.find((event) => event.type === 'started');
    expect(started).toMatchObject({ resumedAt: 12, losses: lossesOf(whole).slice(0, 12) });
    expect(summaryOf(rest).losses).toEqual(summaryOf(whole).losses);
    const texts = toyRequest('').examples;
    const [one, two] = await Promise.all(
      ['whole', 'parted'].map((id) => predictAll(studio.engine, trained(id), texts)),
    );
    expect(two).toEqual(one);
  });

  it('starts over when anything about the request is new', async () => {
    await interrupt(toyRequest('changed'), 13);
    const events = await trainToy(studio.restart(), toyRequest('changed', { seed: 9 }));
    expect(events.find((event) => event.type === 'started')).toMatchObject({ resumedAt: 0 });
  });

  it('starts over when another version of Handful would learn other numbers', async () => {
    const { rank } = quickRecipe.text;
    const request = toyRequest('other-rank');
    await interrupt(request, 13);
    const later = studio.restart({ ...quickRecipe, text: { ...quickRecipe.text, rank: rank - 1 } });
    const events = await trainToy(later, request);
    expect(events.find((event) => event.type === 'started')).toMatchObject({ resumedAt: 0 });
    expect(summaryOf(events).parameters.learned).toBeLessThan(
      summaryOf(await trainToy(studio.restart(), toyRequest('this-rank'))).parameters.learned,
    );
  });
});

describe('kinds of tasks', () => {
  it.each(['single', 'multi', 'yes-no'] as const)('%s trains and answers', async (kind) => {
    const request = toyRequest(`kind-${kind}`, { kind });
    const summary = summaryOf(await trainToy(studio.engine, request));
    expect(summary.task).toEqual(request.task);
    expect(summary.crossValidation?.predictions).toHaveLength(request.examples.length);
    const said = await predictAll(studio.engine, trained(request.runId), request.examples);
    const before: ClassifierRef = { kind: 'zero-shot', encoder: 'wide', task: request.task };
    const asked = await predictAll(studio.engine, before, request.examples);
    expect(likelihood(request, said)).toBeGreaterThan(likelihood(request, asked));
  });

  it('learns from two texts of each label', async () => {
    const request = toyRequest('two-each');
    const examples = request.examples.filter((_, i) => i % 4 < 2);
    const summary = summaryOf(await trainToy(studio.engine, { ...request, examples }));
    expect(summary.crossValidation?.texts).toBe(6);
  });

  it('learns 60 labels', async () => {
    const words = ['parcel', 'late', 'great', 'refund', 'slow', 'card', 'help', 'love'];
    const names = words.flatMap((a) => words.map((b) => `${a} ${b}`)).slice(0, 60);
    const request: TrainRequest = {
      ...toyRequest('sixty'),
      task: {
        kind: 'single',
        template: 'about',
        labels: names.map((name) => ({ id: name, name })),
      },
      examples: names.flatMap((name, i) =>
        ['the', 'my'].map((word) => ({
          id: `${word}${i}`,
          text: `${word} ${name}`,
          labels: [name],
        })),
      ),
      watch: [],
      pool: [],
    };
    const summary = summaryOf(await trainToy(studio.engine, request));
    expect(summary.parameters.learned).toBe(await countStored('sixty'));
    expect(summary.parameters.share).toBeLessThanOrEqual(0.03);
    const said = await predictAll(studio.engine, trained('sixty'), request.examples);
    for (const { confidence } of said) expect(confidence).toHaveLength(60);
  });
});

describe('the numbers that are learned', () => {
  it('are those in the file, at most 3 % of the encoder', async () => {
    const { parameters } = summaryOf(await trainToy(studio.engine, toyRequest('counted')));
    expect(parameters.learned).toBe(await countStored('counted'));
    expect(parameters.parts.reduce((sum, { numbers }) => sum + numbers, 0)).toBe(
      parameters.learned,
    );
    expect(parameters.share).toBe(parameters.learned / parameters.base);
    expect(parameters.share).toBeLessThanOrEqual(0.03);
  });

  // From room for hardly more than a bias to room for all but the tuned texts.
  it.each([4, 40, 200, 500, 700, 1000, 1500, 4000])('stay so with room for %i', async (room) => {
    const { engine } = studio;
    const [encoder] = (await engine.encoders.list()).filter(({ id }) => id === 'wide');
    const largestShare = (room + 0.5) / (encoder?.parameters ?? 0);
    const runId = `room-${room}`;
    const squeezed = studio.restart({ ...quickRecipe, largestShare });
    const events = await trainToy(squeezed, toyRequest(runId));
    const { parameters } = summaryOf(events);
    const stored = await countStored(runId);
    expect(parameters.learned).toBe(stored);
    expect(stored).toBeLessThanOrEqual(room);
    // What was announced was not too little.
    const started = events.find((event) => event.type === 'started');
    expect(started?.type === 'started' && started.parameters.learned).toBeGreaterThanOrEqual(
      stored,
    );
    const [said] = await predictAll(squeezed, trained(runId), toyRequest('').examples);
    expect(said?.confidence).toHaveLength(3);
  });

  it('are refused where not even a bias fits', async () => {
    const squeezed = studio.restart({ ...quickRecipe, largestShare: 1e-7 });
    await expect(trainToy(squeezed, toyRequest('none'))).rejects.toMatchObject({
      code: 'over-budget',
      message: expect.stringContaining('"wide"') as string,
    });
  });
});
