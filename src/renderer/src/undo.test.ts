// Undo and redo over the real tables: each step alone, whatever was changed since.
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleProject as project, sampleRun, textAt } from '../../../tests/sampleProject';
import type { Example } from '../../shared/domain';
import type { RunSummary } from '../../shared/events';
import { examplesOf, openDatabase } from './data/database';
import { createProject, OpenProject } from './data/openProject.svelte';
import { Recorder } from './data/recorder.svelte';

const decision = { labels: ['a'], source: 'human' as const, at: 5 };

const run = (runId: string, createdAt: number): RunSummary => ({ ...sampleRun, runId, createdAt });

let recorder: Recorder;

/** What a start of the app does, as far as undo is concerned. */
async function openProject() {
  recorder = new Recorder(openDatabase('undo'));
  const open = await OpenProject.open(recorder, project.id);
  if (!open) throw new Error('no project');
  return open;
}

function stop() {
  recorder.close();
  recorder.database.close();
}

const decideFirst = async (open: OpenProject, count: number) => {
  for (const example of open.examples.slice(0, count))
    await open.decide(example, decision, 'Label');
};

beforeEach(async () => {
  recorder = new Recorder(openDatabase('undo'));
  await createProject(
    recorder,
    project,
    Array.from({ length: 8 }, (_, at) => textAt(at)),
  );
  stop();
});

afterEach(async () => {
  stop();
  await recorder.database.delete();
});

test('takes decisions back one by one, after a restart too', async () => {
  await decideFirst(await openProject(), 3);
  stop();

  const open = await openProject();
  await open.undo();
  await open.undo();
  expect(open.decided.map(({ id }) => id)).toEqual(['text-0']);
  await open.redo();
  expect(open.decided.map(({ id }) => id)).toEqual(['text-0', 'text-1']);
  expect(open.examples).toEqual(await examplesOf(recorder.database, project.id));
});

test('a new decision forgets what was undone', async () => {
  const open = await openProject();
  await decideFirst(open, 2);
  await open.undo();
  await decideFirst(open, 1);
  expect(await open.redo()).toBeUndefined();
});

test('removing a label undecides its texts, and undo brings both back', async () => {
  const open = await openProject();
  await decideFirst(open, 3);
  const [, kept] = project.task.labels;
  await open.changeTask({ ...project.task, labels: kept ? [kept] : [] }, 'Change labels');
  expect(open.decided).toHaveLength(0);
  expect(open.counts).toEqual(new Map([['b', 0]]));
  await open.undo();
  expect(open.decided).toHaveLength(3);
  expect(open.counts.get('a')).toBe(3);
});

test('puts back only what a step touched, in whatever was changed since', async () => {
  const open = await openProject();
  await open.addRun(run('old', 1));
  await open.change({ activeRun: 'old' });
  await open.changeTask({ ...project.task, template: 'The mail asks for' }, 'Change question');
  await open.addRun(run('new', 2));
  await open.change({ name: 'Renamed' });

  await open.undo();
  expect(open.project.task.template).toBe(project.task.template);
  expect([open.project.name, open.activeRun?.runId]).toEqual(['Renamed', 'new']);
  await open.redo();
  expect(open.project.task.template).toBe('The mail asks for');
  expect([open.project.name, open.activeRun?.runId]).toEqual(['Renamed', 'new']);
});

test('takes labels that came with a file back, and what texts had them, in one step', async () => {
  const open = await openProject();
  await decideFirst(open, 1);
  const labels = [...project.task.labels, { id: 'c', name: 'other' }];
  const imported: Example = {
    id: 'imported',
    projectId: project.id,
    position: 8,
    text: 'One more',
    decision: { labels: ['c'], source: 'imported', at: 6 },
  };
  await open.addExamples([imported], labels);
  expect(open.counts.get('c')).toBe(1);

  await open.undo();
  expect(open.project.task.labels).toEqual(project.task.labels);
  expect(open.decided.map(({ id }) => id)).toEqual(['text-0']);
  await open.redo();
  expect(open.project.task.labels).toEqual(labels);
  expect(open.example('imported')?.decision).toEqual(imported.decision);
  await open.undo();
  await open.undo();
  expect(open.decided).toEqual([]);
  expect(open.examples).toEqual(await examplesOf(recorder.database, project.id));
});

test('leaves no text with a label that was removed elsewhere', async () => {
  const open = await openProject();
  const earlier: Example = { ...textAt(0), decision: { ...decision, labels: ['b'] } };
  await open.decide(earlier, decision, 'Label');
  // As when a project was rebuilt after another browser had removed the label.
  const labels = project.task.labels.filter(({ id }) => id !== 'b');
  await open.change({ task: { ...project.task, labels } });
  await open.undo();
  expect(open.decided).toEqual([]);
});

test('pressed twice at once takes back two steps', async () => {
  const open = await openProject();
  await decideFirst(open, 3);
  await Promise.all([open.undo(), open.undo()]);
  expect(open.decided.map(({ id }) => id)).toEqual(['text-0']);
  await Promise.all([open.redo(), open.redo()]);
  expect(open.decided).toHaveLength(3);
});
