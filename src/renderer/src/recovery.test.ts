// The two copies of every label: whatever happens to one of them, the other brings it back.
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sampleProject as project, textAt } from '../../../tests/sampleProject';
import type { Studio } from '../../shared/contract';
import type { Project } from '../../shared/domain';
import { StudioError } from '../../shared/errors';
import { batchBytes } from '../../shared/rpc/messageSize';
import { createFakeStudio, type FakeStudio } from './fakeStudio';
import { examplesOf, listProjects, openDatabase } from './data/database';
import { JournalLink } from './data/journalLink.svelte';
import { createProject, OpenProject } from './data/openProject.svelte';
import { Recorder } from './data/recorder.svelte';

const texts = Array.from({ length: 1200 }, (_, position) => textAt(position));
const decision = { labels: ['a'], source: 'human' as const, at: 5 };

let studio: FakeStudio;
let reachable = true;
let session: { recorder: Recorder; link: JournalLink };

/** What a start of the app does: open the database, reach the studio. */
async function start() {
  const recorder = new Recorder(openDatabase('test'));
  const link = new JournalLink(recorder, () => whileReachable(studio));
  await link.connected();
  session = { recorder, link };
  return session;
}

function stop() {
  session.link.close();
  session.recorder.close();
  session.recorder.database.close();
}

/** The studio, as long as main is alive. */
function whileReachable(real: FakeStudio): Studio {
  if (!reachable) throw new StudioError('disconnected', 'The connection to the studio was lost.');
  return real;
}

async function openProject() {
  const open = await OpenProject.open(session.recorder, project.id);
  if (!open) throw new Error('no project');
  return open;
}

const decideFirst = async (open: OpenProject, count: number) => {
  for (const example of open.examples.slice(0, count))
    await open.decide(example, decision, 'Label');
};
const journalEntries = () => studio.journals.get(project.id)?.length ?? 0;
const savedDecisions = async () =>
  (await examplesOf(session.recorder.database, project.id)).filter((each) => each.decision).length;

beforeEach(async () => {
  reachable = true;
  studio = createFakeStudio();
  const { recorder, link } = await start();
  await createProject(recorder, project, texts);
  await link.flush();
});

afterEach(async () => {
  stop();
  await session.recorder.database.delete();
});

test('every change reaches the journal, in order, and the outbox empties', async () => {
  const open = await openProject();
  await decideFirst(open, 3);
  await session.link.flush();
  const types = studio.journals.get(project.id)?.map(({ change }) => change.type);
  expect(types).toEqual([
    'project',
    'examples',
    'examples',
    'examples',
    'decision',
    'decision',
    'decision',
  ]);
  expect(await session.recorder.database.outbox.count()).toBe(0);
  expect(session.link.state).toEqual({ kind: 'saved' });
});

test('long texts reach the journal in messages of bounded size', async () => {
  const append = vi.spyOn(studio.journal, 'append');
  const long = 'word '.repeat(8000);
  const open = await openProject();
  await open.addExamples(
    Array.from({ length: 500 }, (_, place) => ({
      ...textAt(1200 + place),
      text: `${place} ${long}`,
    })),
  );
  await session.link.flush();
  expect(append.mock.calls.length).toBeGreaterThan(2);
  for (const [entries] of append.mock.calls)
    expect(JSON.stringify(entries).length).toBeLessThan(batchBytes * 1.01);
  expect(session.link.state).toEqual({ kind: 'saved' });

  // Also when the whole project is sent again.
  stop();
  studio.journals.clear();
  append.mockClear();
  await start();
  for (const [entries] of append.mock.calls)
    expect(JSON.stringify(entries).length).toBeLessThan(batchBytes * 1.01);
  expect(await listProjects(session.recorder.database)).toMatchObject([{ texts: 1700 }]);
});

describe('wiped IndexedDB', () => {
  test('is rebuilt from the journal at the next start', async () => {
    const open = await openProject();
    await decideFirst(open, 3);
    await open.change({ name: 'Renamed' }, 'Rename');
    await session.link.flush();
    const before = await examplesOf(session.recorder.database, project.id);
    stop();
    await session.recorder.database.delete();

    await start();
    expect(await examplesOf(session.recorder.database, project.id)).toEqual(before);
    expect(await listProjects(session.recorder.database)).toEqual([
      { project: { ...project, name: 'Renamed' }, texts: 1200, labelled: 3 },
    ]);
  });

  test('does not bring back a project that was deleted', async () => {
    await (await openProject()).remove();
    await session.link.flush();
    stop();
    await session.recorder.database.delete();
    await start();
    expect(await listProjects(session.recorder.database)).toEqual([]);
  });
});

test('a wiped journal is written again from IndexedDB', async () => {
  await decideFirst(await openProject(), 3);
  await session.link.flush();
  stop();
  studio.journals.clear();

  await start();
  expect(journalEntries()).toBe(4); // the project and 1,200 texts in chunks of 500
  stop();
  await session.recorder.database.delete();
  await start();
  expect(await savedDecisions()).toBe(3);
});

describe('main dies while someone labels', () => {
  test('nothing is lost, the screen says so, and the outbox is sent when it is back', async () => {
    const open = await openProject();
    await decideFirst(open, 2);
    await session.link.flush();
    reachable = false;
    await decideFirst(open, 5);
    await session.link.flush();
    expect(session.link.state).toMatchObject({ kind: 'waiting', reason: { code: 'disconnected' } });
    expect(await session.recorder.database.outbox.count()).toBe(5);

    reachable = true;
    await session.link.connected();
    expect(session.link.state).toEqual({ kind: 'saved' });
    expect(journalEntries()).toBe(4 + 2 + 5);
    expect(await savedDecisions()).toBe(5);
  });

  test('an entry whose acknowledgement was lost is neither sent twice nor undone', async () => {
    const open = await openProject();
    vi.spyOn(studio.journal, 'append').mockImplementationOnce((entries) => {
      studio.journals.get(project.id)?.push(...entries);
      return Promise.reject(new StudioError('disconnected', 'Lost.'));
    });
    await decideFirst(open, 1);
    await session.link.flush();
    await session.link.connected();
    expect(journalEntries()).toBe(5);
    expect(await savedDecisions()).toBe(1);
    expect(open.decided).toHaveLength(1);
    expect(await session.recorder.database.outbox.count()).toBe(0);
  });
});

test('a full disk is said, tried again and keeps everything meanwhile', async () => {
  const open = await openProject();
  const append = vi
    .spyOn(studio.journal, 'append')
    .mockRejectedValueOnce(new StudioError('disk-full', 'The disk is full.'));
  await decideFirst(open, 1);
  await session.link.flush();
  append.mockRestore();
  await session.link.flush();
  expect(journalEntries()).toBe(5);
});

test('the copy in memory is what the tables say', async () => {
  const open = await openProject();
  await decideFirst(open, 3);
  const [first] = open.examples;
  if (first) await open.skip(first);
  await open.addExamples([
    { id: 'new', projectId: project.id, position: 1200, text: 'One more', decision: null },
  ]);
  await open.undo();
  expect(open.examples).toEqual(await examplesOf(session.recorder.database, project.id));
});

describe('a journal that cannot be read', () => {
  const other: Project = { ...project, id: 'project-2', name: 'Other' };
  const problem = 'The folder of "Messages" cannot be read.';

  test('is left alone and told, and the other projects are saved', async () => {
    await createProject(session.recorder, other, []);
    await session.link.flush();
    const before = journalEntries();
    const { projects, append } = studio.journal;
    vi.spyOn(studio.journal, 'projects').mockImplementation(async () =>
      (await projects()).map((state) =>
        state.projectId === project.id ? { projectId: project.id, entries: 0, problem } : state,
      ),
    );
    vi.spyOn(studio.journal, 'append').mockImplementation((entries) =>
      entries.some(({ projectId }) => projectId === project.id)
        ? Promise.reject(new StudioError('no-permission', problem))
        : append(entries),
    );

    await session.link.connected();
    await decideFirst(await openProject(), 2);
    await session.recorder.record(other.id, [
      { type: 'project', project: { ...other, name: 'Renamed' } },
    ]);
    await session.link.flush();
    expect(studio.journals.get(other.id)).toHaveLength(2);
    expect(journalEntries()).toBe(before);
    expect(session.link.state).toMatchObject({
      kind: 'waiting',
      reason: { message: `The project “${project.name}” waits: ${problem}` },
    });
    expect(await savedDecisions()).toBe(2);

    vi.restoreAllMocks(); // mended
    await session.link.connected();
    expect(journalEntries()).toBe(before + 2);
    expect(session.link.state).toEqual({ kind: 'saved' });
  });
});

describe('a journal that nothing can be added to', () => {
  const other: Project = { ...project, id: 'project-2', name: 'Other' };
  const problem = 'Handful may not write "journal.jsonl".';

  test('holds up its own project only, by name, and is tried again', async () => {
    await createProject(session.recorder, other, []);
    await session.link.flush();
    const before = journalEntries();
    const { append } = studio.journal;
    vi.spyOn(studio.journal, 'append').mockImplementation((entries) =>
      entries.some(({ projectId }) => projectId === project.id)
        ? Promise.reject(new StudioError('no-permission', problem))
        : append(entries),
    );

    await decideFirst(await openProject(), 300); // more than one message holds
    await session.recorder.record(other.id, [
      { type: 'project', project: { ...other, name: 'Renamed' } },
    ]);
    await session.link.flush();
    expect(studio.journals.get(other.id)).toHaveLength(2);
    expect(await session.recorder.database.outbox.count()).toBe(300);
    expect(session.link.state).toMatchObject({
      kind: 'waiting',
      reason: {
        code: 'no-permission',
        message: `The project “${project.name}” waits: ${problem}`,
      },
    });

    vi.restoreAllMocks(); // mended
    await session.link.flush();
    expect(journalEntries()).toBe(before + 300);
    expect(session.link.state).toEqual({ kind: 'saved' });
  });

  test('no more does one that breaks off while it is read', async () => {
    await createProject(session.recorder, other, []);
    await decideFirst(await openProject(), 2);
    await session.link.flush();
    stop();
    await session.recorder.database.delete();
    const { read } = studio.journal;
    vi.spyOn(studio.journal, 'read').mockImplementation((request, signal) => {
      if (request.projectId === project.id) throw new StudioError('internal', problem);
      return read(request, signal);
    });

    await start();
    const [shown, ...more] = await listProjects(session.recorder.database);
    expect([shown?.project.id, more]).toEqual([other.id, []]);
    expect(session.link.state).toMatchObject({ kind: 'waiting', reason: { message: problem } });

    vi.restoreAllMocks(); // mended
    await session.link.connected();
    expect(await savedDecisions()).toBe(2);
    expect(session.link.state).toEqual({ kind: 'saved' });
  });
});
