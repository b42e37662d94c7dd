import { expect, test, vi } from 'vitest';
import { StudioError } from '../../shared/errors';
import type { TrainRequest } from '../../shared/events';
import { createFakeStudio } from './fakeStudio';
import { TrainingRun } from './trainingRun.svelte';

const labels = [
  { id: 'a', name: 'refund' },
  { id: 'b', name: 'delivery' },
];
const request: TrainRequest = {
  runId: 'run-1',
  encoder: 'handful-mini',
  task: { kind: 'single', template: 'This text is about', labels },
  examples: Array.from({ length: 16 }, (_, place) => ({
    id: `e${place}`,
    text: `text ${place}`,
    labels: [place % 2 ? 'a' : 'b'],
  })),
  pool: [],
  watch: [
    { id: 'w1', text: 'a refund please' },
    { id: 'w2', text: 'the delivery is late' },
  ],
  seed: 1,
};

test('follows a run: each loss, what it takes the watched texts for, and the summary', async () => {
  const studio = createFakeStudio({ steps: 20 });
  const run = new TrainingRun(request);
  const summary = await run.follow(() => studio);
  expect(run.status).toBe('finished');
  expect(run.losses).toHaveLength(20);
  expect(summary?.losses).toEqual(run.losses);
  expect(run.watched.map(({ best }) => best)).toEqual([0, 1]);
  // The fake begins with the opposite of what it ends with.
  expect(run.watched.every(({ changed }) => changed)).toBe(true);
});

test('stop and keep ends early with a summary; cancel ends with none', async () => {
  const studio = createFakeStudio({ steps: 200, stepMs: 1 });
  const kept = new TrainingRun(request);
  const keeping = kept.follow(() => studio);
  await vi.waitUntil(() => kept.losses.length > 3);
  await kept.keep(studio);
  expect((await keeping)?.stoppedEarly).toBe(true);
  expect(kept.losses.length).toBeLessThan(200);

  const cancelled = new TrainingRun({ ...request, runId: 'run-2' });
  const cancelling = cancelled.follow(() => studio);
  await vi.waitUntil(() => cancelled.losses.length > 3);
  cancelled.cancel();
  expect(await cancelling).toBeNull();
  expect(cancelled.status).toBe('stopped');
});

test('after an interruption it goes on from the step that the engine names', async () => {
  const studio = createFakeStudio({ steps: 20 });
  const run = new TrainingRun(request);
  vi.spyOn(studio.training, 'run').mockImplementationOnce(async function* () {
    yield* await Promise.resolve([
      { type: 'step' as const, step: 1, loss: 9, secondsLeft: 1 },
      { type: 'step' as const, step: 2, loss: 8, secondsLeft: 1 },
    ]);
    throw new StudioError('engine-died', 'The engine has ended.');
  });
  await run.follow(() => studio);
  expect(run.status).toBe('failed');
  expect(run.error?.code).toBe('engine-died');
  await run.follow(() => studio);
  expect(run.status).toBe('finished');
  expect(run.losses).toHaveLength(20); // the fake starts again at step 0
});

test('waits a moment while the engine puts down another job', async () => {
  const studio = createFakeStudio({ steps: 5 });
  const run = new TrainingRun(request);
  vi.spyOn(studio.training, 'run').mockImplementationOnce(() => {
    throw new StudioError('busy', 'One job at a time.');
  });
  await run.follow(() => studio);
  expect(run.status).toBe('finished');
});

test('a run that cannot be sent fails at once and can be sent again', async () => {
  const studio = createFakeStudio({ steps: 5 });
  let reachable = false;
  const run = new TrainingRun(request);
  const reach = () => {
    if (!reachable) throw new StudioError('disconnected', 'Handful is switched off.');
    return studio;
  };
  await run.follow(reach);
  expect(run.status).toBe('failed');
  expect(run.error?.message).toBe('Handful is switched off.');
  reachable = true;
  await run.follow(reach);
  expect(run.status).toBe('finished');
});

test('what was learned before an interruption counts, even if another window saw it', async () => {
  const studio = createFakeStudio({ steps: 20 });
  const run = new TrainingRun(request);
  vi.spyOn(studio.training, 'run').mockImplementationOnce(async function* () {
    yield* await Promise.resolve([
      {
        type: 'started' as const,
        parts: [{ part: 'words' as const, steps: 20 }],
        provider: 'cpu' as const,
        parameters: { learned: 1, base: 100, share: 0.01, parts: [] },
        cutTexts: [],
        resumedAt: 2,
        losses: [9, 8],
      },
      { type: 'step' as const, step: 3, loss: 7, secondsLeft: 1 },
    ]);
  });
  await run.follow(() => studio);
  expect(run.losses).toEqual([9, 8, 7]);
});
