// Labelling over the real tables: what a key does, and where it leads.
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { memoryTransports } from '../../shared/rpc/memoryTransport';
import { Connection } from './connection.svelte';
import { openDatabase } from './data/database';
import { createProject, OpenProject } from './data/openProject.svelte';
import { Recorder } from './data/recorder.svelte';
import { Labelling } from './features/label/labelling.svelte';
import { ProjectSession } from './projectSession.svelte';

const labels = [
  { id: 'a', name: 'refund' },
  { id: 'b', name: 'delivery' },
];
const project = {
  id: 'p',
  name: 'Messages',
  createdAt: 1,
  encoder: 'handful-mini',
  task: { kind: 'single' as const, template: 'This text is about', labels },
};
const words = ['parcel', 'invoice', 'screen', 'battery', 'driver'];
const examples = words.map((word, position) => ({
  id: word,
  projectId: 'p',
  position,
  text: `The ${word} number ${position}`,
  decision: null,
}));

let recorder: Recorder;
let session: ProjectSession;

beforeEach(async () => {
  recorder = new Recorder(openDatabase('labelling'));
  await createProject(recorder, project, examples);
  const open = await OpenProject.open(recorder, 'p');
  if (!open) throw new Error('no project');
  const connection = new Connection(() => Promise.resolve(memoryTransports().left), {
    opened: () => undefined,
    lost: () => undefined,
  });
  session = new ProjectSession(open, connection);
});

afterEach(async () => {
  session.close();
  recorder.close();
  await recorder.database.delete();
});

test('one key decides and goes on, through every text once', async () => {
  const labelling = new Labelling(session, null);
  const seen: string[] = [];
  while (labelling.current) {
    seen.push(labelling.current.id);
    await labelling.decide('a', 'human');
  }
  expect(seen.toSorted()).toEqual(words.toSorted());
  expect(session.open.counts.get('a')).toBe(5);
});

test('a skipped text comes again after all others', async () => {
  const labelling = new Labelling(session, 'screen');
  await labelling.skip();
  const seen: string[] = [];
  for (let turn = 0; labelling.current && turn < 10; turn++) {
    seen.push(labelling.current.id);
    await labelling.decide('b', 'human');
  }
  expect(seen).toHaveLength(5);
  expect(seen.at(-1)).toBe('screen');
});

test('undo shows the text that it was about, redo goes on', async () => {
  const labelling = new Labelling(session, 'invoice');
  await labelling.decide('a', 'human');
  const after = labelling.current?.id;
  await labelling.travel('undo');
  expect(labelling.current).toMatchObject({ id: 'invoice', decision: null });
  await labelling.travel('redo');
  expect(session.open.example('invoice')?.decision?.labels).toEqual(['a']);
  expect(labelling.current?.id).toBe(after);
});

test('a list that was opened is gone through to its end, whatever labels its texts have', async () => {
  const list = ['battery', 'invoice', 'driver'];
  for (const id of list) {
    const example = session.open.example(id);
    const decision = { labels: ['a'], source: 'human' as const, at: 1 };
    if (example) await session.open.decide(example, decision, 'Label');
  }
  const labelling = new Labelling(session, 'invoice', list);
  expect(labelling.place).toBe(2);
  await labelling.decide('b', 'human');
  expect(labelling.current?.id).toBe('driver');
  labelling.back();
  labelling.back();
  expect(labelling.current?.id).toBe('battery');
  labelling.forward();
  labelling.forward();
  await labelling.decide('b', 'human');
  expect(labelling.current).toBeUndefined();
  await labelling.takeBack();
  expect(labelling.current?.id).toBe('driver');
});

test('undo that is pressed again before it is done takes back one text', async () => {
  const labelling = new Labelling(session, 'parcel');
  await labelling.decide('a', 'human');
  await labelling.decide('a', 'human');
  await Promise.all([labelling.travel('undo'), labelling.travel('undo'), labelling.takeBack()]);
  expect(session.open.decided).toHaveLength(1);
});

test('what Backspace takes back ends at the labels, which the keys of undo reach', async () => {
  await session.open.changeTask({ ...project.task, labels: labels.slice(0, 1) }, 'Change labels');
  const labelling = new Labelling(session, 'parcel');
  await labelling.decide('a', 'human');
  for (let time = 0; time < 3; time++) await labelling.takeBack();
  expect(session.open.decided).toHaveLength(0);
  expect(session.open.project.task.labels).toHaveLength(1);
  expect((await labelling.travel('undo'))?.title).toBe('Change labels');
  expect(session.open.project.task.labels).toHaveLength(2);
});

test('back and forward move along the texts that were shown', async () => {
  const labelling = new Labelling(session, 'parcel');
  await labelling.decide('a', 'human');
  const second = labelling.current?.id;
  labelling.back();
  expect(labelling.current?.id).toBe('parcel');
  await labelling.decide('b', 'human');
  expect(session.open.example('parcel')?.decision?.labels).toEqual(['b']);
  expect(labelling.current?.id).toBe(second);
});
