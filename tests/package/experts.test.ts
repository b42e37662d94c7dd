// Classifiers with each expert present or absent, exported, tested, opened again, and run by Node.
import { execFile } from 'node:child_process';
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { openEncoder, type Encoder } from '../../src/main/engine/encoders/encoder';
import type { Learned } from '../../src/main/engine/evaluation/learned';
import { writeLearned } from '../../src/main/engine/evaluation/learnedFile';
import { readBundle } from '../../src/main/engine/packaging/readBundle';
import { findBundle } from '../../src/main/files';
import type { Prediction, TaskKind } from '../../src/shared/domain';
import { sampleLearned, type Expert } from '../sampleLearned';
import {
  openToyStudio,
  predictAll,
  temporaryFolder,
  toyRequest,
  trained,
  trainToy,
  type ToyStudio,
} from '../toyStudio';

const kinds = ['single', 'multi', 'yes-no'] as const;
const combinations: readonly (readonly Expert[])[] = [
  [],
  ['entailment'],
  ['linear'],
  ['tuned'],
  ['linear', 'tuned'],
  ['entailment', 'linear', 'tuned'],
];
const texts = ['the parcel came late', '', 'Ça va? 你好 👍🏽', 'word '.repeat(60), 'why?'].map(
  (text, i) => ({ id: `t${i}`, text }),
);

let studio: ToyStudio;
let encoder: Encoder;
beforeAll(async () => {
  studio = await openToyStudio();
  encoder = await openEncoder(path.join(studio.resources, 'encoders', 'toy'));
  // Summary and golden texts of a real run; what it learned is put in its place by each test.
  for (const kind of kinds)
    await trainToy(studio.engine, toyRequest(kind, { kind, encoder: 'toy' }));
});

/** What the classifier says of the texts, once it has said the same after export and opening. */
async function saidTwice(kind: TaskKind, learned: Learned, name: string): Promise<Prediction[]> {
  await writeLearned(path.join(studio.data, 'runs', kind, 'task.safetensors'), learned, encoder);
  const report = await studio.engine.classifiers.export({ runId: kind, name });
  expect(report.goldenTexts).toBeGreaterThan(10);
  expect(report.largestDifference).toBeLessThanOrEqual(1e-4);

  const zip = path.join(studio.data, 'exports', kind, report.fileName);
  const opened = await studio.engine.classifiers.open({ path: zip });
  expect(opened.task).toEqual(learned.task);
  const said = await predictAll(studio.engine, trained(kind), texts);
  expect(await predictAll(studio.engine, trained(opened.runId), texts)).toEqual(said);
  return said;
}

it('still says the same with updates of all layers, as older classifiers have them', async () => {
  const learned = await sampleLearned(encoder, 'single', ['tuned'], 0);
  expect(learned.tuned?.pairs[0]?.layer).toBe(0);
  await saidTwice('single', learned, 'all layers');
});

describe.each(kinds)('%s', (kind) => {
  it.each(combinations.map((experts) => [experts.join(' and ') || 'the bias alone', experts]))(
    'with %s says the same after it was exported and opened again',
    async (_, experts) => {
      const learned = await sampleLearned(encoder, kind, experts);
      const said = await saidTwice(kind, learned, `${kind} ${experts.length}`);
      // Each text says something of its own unless only the bias is there.
      const different = new Set(said.map(({ confidence }) => confidence.join()));
      expect(different.size).toBe(experts.length === 0 ? 1 : texts.length);
    },
  );

  it('says the same in its own Node runner', async () => {
    await writeLearned(
      path.join(studio.data, 'runs', kind, 'task.safetensors'),
      await sampleLearned(encoder, kind),
      encoder,
    );
    const { fileName } = await studio.engine.classifiers.export({ runId: kind, name: 'runner' });
    const folder = await temporaryFolder();
    const bundle = await readBundle(path.join(studio.data, 'exports', kind, fileName));
    for (const [name, bytes] of bundle.files) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), bytes);
    }
    await symlink(path.resolve('node_modules'), path.join(folder, 'run/node/node_modules'));
    const runner = path.join(folder, 'run/node/classify.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [runner, '--golden']);
    const [, count, largest] = /^(\d+) texts, largest difference ([\d.]+)\s*$/.exec(stdout) ?? [];
    expect(Number(count)).toBe(bundle.golden.length);
    expect(Number(largest)).toBeLessThanOrEqual(1e-4);
  });
});

it('has one exported file, called as it was called last', async () => {
  for (const name of ['Zebra', 'Apple', 'ข้อความ'.repeat(40), 'Mango']) {
    const { fileName } = await studio.engine.classifiers.export({ runId: 'single', name });
    expect((await findBundle(studio.data, 'single')).fileName).toBe(fileName);
  }
  expect(await readdir(path.join(studio.data, 'exports', 'single'))).toEqual(['Mango.zip']);
});

it('delivers what was just made, also beside what cannot be removed', async () => {
  const exports = path.join(studio.data, 'exports', 'single');
  await mkdir(path.join(exports, 'Aardvark.zip', 'inner'), { recursive: true });
  await studio.engine.classifiers.export({ runId: 'single', name: 'Zebra' });
  expect((await findBundle(studio.data, 'single')).fileName).toBe('Zebra.zip');
  expect(await readdir(exports)).toEqual(['Aardvark.zip', 'Zebra.zip']);
});

it('exports one run twice at a time, one after the other', async () => {
  const names = ['first', 'second', 'third'];
  await Promise.all(
    names.map((name) => studio.engine.classifiers.export({ runId: 'multi', name })),
  );
  expect((await findBundle(studio.data, 'multi')).fileName).toBe('third.zip');
  expect(await readdir(path.join(studio.data, 'exports', 'multi'))).toEqual(['third.zip']);
});

it('says which place is taken when it cannot write there', async () => {
  const place = path.join(studio.data, 'exports', 'yes-no');
  await rm(place, { recursive: true, force: true });
  await writeFile(place, 'a file');
  await expect(
    studio.engine.classifiers.export({ runId: 'yes-no', name: 'Zebra' }),
  ).rejects.toMatchObject({
    code: 'no-permission',
    message: expect.stringMatching(/exports.yes-no.*Move it away/) as string,
  });
});
