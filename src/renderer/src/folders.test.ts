// Several copies of one data folder, and several data folders behind one page.
import 'fake-indexeddb/auto';
import Dexie from 'dexie';
import { afterEach, expect, test, vi } from 'vitest';
import { sampleProject as project, textAt } from '../../../tests/sampleProject';
import { StudioError } from '../../shared/errors';
import { createFakeStudio, type FakeStudio } from './fakeStudio';
import { listProjects, openDatabase } from './data/database';
import { databaseName } from './data/folderDatabase';
import { JournalLink } from './data/journalLink.svelte';
import { createProject, OpenProject } from './data/openProject.svelte';
import { Recorder } from './data/recorder.svelte';

const texts = Array.from({ length: 8 }, (_, position) => textAt(position));
const decision = { labels: ['a'], source: 'human' as const, at: 5 };

const pages: { recorder: Recorder; link: JournalLink }[] = [];

/** What a page does when it is opened; `name` is that of its database. */
async function openPage(studio: FakeStudio, name: string) {
  const recorder = new Recorder(openDatabase(name));
  const link = new JournalLink(recorder, () => studio);
  pages.push({ recorder, link });
  await link.connected();
  return { recorder, link };
}

async function openProject(recorder: Recorder) {
  const open = await OpenProject.open(recorder, project.id);
  if (!open) throw new Error('no project');
  return open;
}

afterEach(async () => {
  for (const { recorder, link } of pages.splice(0)) {
    link.close();
    recorder.close();
    recorder.database.close();
  }
  for (const name of await Dexie.getDatabaseNames()) await Dexie.delete(name);
});

test('a project that was removed in one browser goes from the others, too', async () => {
  const studio = createFakeStudio();
  const one = await openPage(studio, 'one');
  await createProject(one.recorder, project, texts);
  await one.link.flush();
  const other = await openPage(studio, 'other');
  const open = await openProject(other.recorder);
  await open.change({ name: 'Renamed' }, 'Rename project');
  await other.link.flush();

  await (await openProject(one.recorder)).remove();
  await one.link.flush();
  await other.link.connected();
  expect(open.removed).toBe(true);
  for (const { recorder } of [one, other]) {
    const { projects, examples, outbox } = recorder.database;
    expect(await Promise.all([projects, examples, outbox].map((table) => table.count()))).toEqual([
      0, 0, 0,
    ]);
  }
  expect(await other.recorder.database.history.count()).toBe(0);
  expect(studio.journals.size).toBe(0);
  expect(other.link.state).toEqual({ kind: 'saved' });
});

test('a page that is open meanwhile does not bring a removed project back', async () => {
  const studio = createFakeStudio();
  const one = await openPage(studio, 'one');
  await createProject(one.recorder, project, texts);
  await one.link.flush();
  const other = await openPage(studio, 'other');
  await (await openProject(one.recorder)).remove();
  await one.link.flush();

  const open = await openProject(other.recorder);
  const [first] = open.examples;
  if (first) await open.decide(first, decision, 'Label');
  await other.link.flush(); // the second try: the first, at once, is refused
  expect(open.removed).toBe(true);
  expect(studio.journals.size).toBe(0);
  expect(await other.recorder.database.outbox.count()).toBe(0);
});

test('a removal whose acknowledgement was lost is not sent for ever', async () => {
  const studio = createFakeStudio();
  const { recorder, link } = await openPage(studio, 'one');
  await createProject(recorder, project, texts);
  await link.flush();
  const { append } = studio.journal;
  vi.spyOn(studio.journal, 'append').mockImplementationOnce(async (entries) => {
    await append(entries);
    throw new StudioError('disconnected', 'Lost.');
  });
  await (await openProject(recorder)).remove();
  await link.connected();
  expect(link.state).toEqual({ kind: 'saved' });
  expect(await recorder.database.outbox.count()).toBe(0);
});

test('each data folder has a database of its own, and nothing goes from one to another', async () => {
  const [one, other] = ['one', 'other'].map((folder) => createFakeStudio({ folder }));
  if (!one || !other) throw new Error('no studio');
  const page = await openPage(one, await databaseName(one));
  await createProject(page.recorder, project, texts);
  await page.link.flush();

  const name = await databaseName(other);
  const elsewhere = await openPage(other, name);
  expect(await listProjects(elsewhere.recorder.database)).toEqual([]);
  expect(other.journals.size).toBe(0);
  expect([await databaseName(one), await databaseName(other)]).toEqual(['handful', name]);

  // Whatever a page has open, it is not compared with the journals of another folder.
  const mixed = await openPage(other, await databaseName(one));
  expect(mixed.link.state).toMatchObject({
    kind: 'waiting',
    reason: { message: /works on another folder now/ },
  });
  expect(other.journals.size).toBe(0);
});

test('a database from before folders had ids goes to the first folder, with all that it has', async () => {
  const before = new Dexie('handful');
  before.version(1).stores({
    projects: 'id',
    examples: 'id, [projectId+position], [projectId+decision.at]',
    runs: 'runId, projectId',
    outbox: '++seq, projectId',
    journalPositions: 'projectId',
    history: '++seq, [projectId+undone]',
  });
  await before.table('projects').add(project);
  await before.table('examples').bulkAdd(texts);
  await before.table('journalPositions').add({ projectId: project.id, entries: 2 });
  before.close();

  const studio = createFakeStudio();
  const { recorder } = await openPage(studio, await databaseName(studio));
  expect(await listProjects(recorder.database)).toMatchObject([{ project, texts: 8 }]);
  expect(studio.journals.get(project.id)).toHaveLength(2); // its journal was lost
  expect(await databaseName(createFakeStudio({ folder: 'other' }))).toBe('handful other');
});
