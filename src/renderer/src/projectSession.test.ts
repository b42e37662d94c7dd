// A run that has not ended when its project is left can be taken up by the next session.
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sampleProject as project } from '../../../tests/sampleProject';
import { studioContract } from '../../shared/contract';
import type { TrainRequest } from '../../shared/events';
import { memoryTransports } from '../../shared/rpc/memoryTransport';
import { serve } from '../../shared/rpc/server';
import { Connection } from './connection.svelte';
import { openDatabase } from './data/database';
import { createProject, OpenProject } from './data/openProject.svelte';
import { Recorder } from './data/recorder.svelte';
import { createFakeStudio } from './fakeStudio';
import { ProjectSession } from './projectSession.svelte';

const request: TrainRequest = {
  runId: 'run-1',
  encoder: project.encoder,
  task: project.task,
  examples: Array.from({ length: 4 }, (_, place) => ({
    id: `e${place}`,
    text: `text ${place}`,
    labels: [place % 2 ? 'a' : 'b'],
  })),
  pool: [],
  watch: [],
  seed: 1,
};

let recorder: Recorder;
let connection: Connection;

beforeEach(async () => {
  recorder = new Recorder(openDatabase('session'));
  await createProject(recorder, project, []);
  const { left, right } = memoryTransports();
  serve(studioContract, createFakeStudio({ stepMs: 5, steps: 40 }), right);
  connection = new Connection(() => Promise.resolve(left), { opened: vi.fn(), lost: vi.fn() });
  await connection.open();
});

afterEach(async () => {
  recorder.close();
  await recorder.database.delete();
});

async function openSession(): Promise<ProjectSession> {
  const open = await OpenProject.open(recorder, project.id);
  if (!open) throw new Error('no project');
  const session = new ProjectSession(open, connection);
  await session.findInterrupted();
  return session;
}

const begun = (session: ProjectSession) =>
  vi.waitUntil(() => (session.training?.losses.length ?? 0) > 2);

test('a run whose project was left is offered again, as it was asked for', async () => {
  const left = await openSession();
  expect(left.interrupted).toBeNull();
  const training = left.train(request);
  await begun(left);
  left.close();
  await training;

  const later = await openSession();
  expect(later.interrupted).toEqual(request);
  await later.train(later.interrupted ?? request);
  expect(later.training?.status).toBe('finished');
  expect(later.interrupted).toBeNull();
  expect((await openSession()).interrupted).toBeNull();
});

test('a run that the user ended is not offered again', async () => {
  const session = await openSession();
  const training = session.train(request);
  await begun(session);
  session.training?.cancel();
  await training;
  expect((await openSession()).interrupted).toBeNull();
});

test('what was interrupted can be dismissed', async () => {
  const left = await openSession();
  const training = left.train(request);
  await begun(left);
  left.close();
  await training;

  await (await openSession()).dismissInterrupted();
  expect((await openSession()).interrupted).toBeNull();
});
