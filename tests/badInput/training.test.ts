// Texts, labels, runs and folders that nothing can be learned from or written to, through the engine's
// contract: one clear sentence each, nothing half-written, and the engine is usable afterwards.
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '../../src/main/engine/engine';
import { toStudioError, type ErrorCode } from '../../src/shared/errors';
import type { Text } from '../../src/shared/domain';
import type { ClassifierRef, TrainRequest } from '../../src/shared/events';
import {
  openToyStudio,
  predictAll,
  quickRecipe,
  summaryOf,
  temporaryFolder,
  toyRequest,
  trained,
  trainToy,
  type ToyStudio,
} from '../toyStudio';

let studio: ToyStudio;
beforeAll(async () => {
  studio = await openToyStudio();
});

const runs = async () => (await readdir(path.join(studio.data, 'runs')).catch(() => [])).sort();

async function expectRefusal(request: TrainRequest, code: ErrorCode, message: RegExp) {
  const before = await runs();
  const refused = await trainToy(studio.engine, request).then(() => null, toStudioError);
  expect(refused).toMatchObject({ code, message: expect.stringMatching(message) as string });
  expect(refused?.message).toMatch(/^[^\n]{20,400}[.?]$/);
  expect(await runs()).toEqual(before);
}

describe('labels', () => {
  const request = toyRequest('refused');
  const labelled = (count: number): TrainRequest => {
    const names = Array.from({ length: count }, (_, i) => `label ${i}`);
    return {
      ...request,
      task: { ...request.task, labels: names.map((name) => ({ id: name, name })) },
      examples: names.flatMap((name) =>
        ['a', 'b'].map((word) => ({ id: word + name, text: word + name, labels: [name] })),
      ),
    };
  };

  it.each<[string, TrainRequest, ErrorCode, RegExp]>([
    ['one only', labelled(1), 'bad-labels', /only one label, "label 0"/],
    ['2,000', labelled(2000), 'too-large', /2,000 labels.*1,000/],
    [
      'that read the same',
      {
        ...request,
        task: {
          ...request.task,
          labels: request.task.labels.map((label, i) => ({
            ...label,
            description: i < 2 ? 'the same' : 'other',
          })),
        },
      },
      'bad-labels',
      /"delivery" and "payment" read the same/,
    ],
    [
      'without any word',
      {
        ...request,
        task: {
          ...request.task,
          labels: request.task.labels.map((l, i) => (i ? l : { ...l, name: '\u0000' })),
        },
      },
      'bad-labels',
      /has no word in it/,
    ],
    [
      'with one text',
      { ...request, examples: request.examples.slice(0, 9) },
      'too-few-examples',
      /"app" has only 1 text/,
    ],
    [
      'on texts that are all the same',
      { ...request, examples: request.examples.map((e) => ({ ...e, text: 'hello' })) },
      'too-few-examples',
      /labelled texts are the same/,
    ],
    ['without texts', { ...request, examples: [] }, 'too-few-examples', /No text has a label/],
    [
      'on an empty text',
      { ...request, examples: request.examples.map((e, i) => (i ? e : { ...e, text: ' \n' })) },
      'bad-labels',
      /texts is empty/,
    ],
  ])('%s', async (_, wrong, code, message) => {
    await expectRefusal(wrong, code, message);
  });
});

describe('runs', () => {
  it.each(['..', '../other', 'a/b', '', 'x'.repeat(65), 'a\u0000b'])(
    'cannot be called %j',
    async (runId) => {
      await expectRefusal(toyRequest(runId), 'bad-request', /cannot be the name of a run/);
      const error = await predictAll(studio.engine, trained(runId), [{ id: 'a', text: 'a' }]).then(
        () => null,
        toStudioError,
      );
      expect(error?.code).toBe('bad-request');
    },
  );

  it('that are not there are missing', async () => {
    const text = [{ id: 'a', text: 'a' }];
    await expect(predictAll(studio.engine, trained('nowhere'), text)).rejects.toMatchObject({
      code: 'classifier-missing',
      message: expect.stringContaining('"nowhere"') as string,
    });
    await expect(
      studio.engine.classifiers.export({ runId: 'nowhere', name: 'n' }),
    ).rejects.toMatchObject({ code: 'classifier-missing' });
    await expect(studio.engine.training.keep({ runId: 'nowhere' })).resolves.toBeUndefined();
  });

  it('whose file is damaged say so', async () => {
    const folder = path.join(studio.data, 'runs', 'broken');
    await mkdir(folder, { recursive: true });
    for (const content of ['', 'nonsense', '\u0002\0\0\0\0\0\0\0{}']) {
      await writeFile(path.join(folder, 'task.safetensors'), content);
      const error = await predictAll(studio.engine, trained('broken'), [
        { id: 'a', text: 'a' },
      ]).then(() => null, toStudioError);
      expect(error?.code).toMatch(/damaged$/);
      expect(error?.message).toContain('task.safetensors');
    }
    await rm(folder, { recursive: true });
  });
});

describe('awkward texts', () => {
  const awkward: readonly Text[] = [
    'late '.repeat(100_000),
    'x'.repeat(2_000_000),
    '👍🏽👩‍👩‍👧‍👦🏳️‍🌈 late',
    'مرحبا שלום',
    'a\u0000b\u0000',
    'half a pair: \ud83d and \ude00',
    '',
    '   \n',
    '\u202e\u200b\ufeff',
  ].map((text, i) => ({ id: `t${i}`, text }));

  it('are trained on, and answered, like any others', async () => {
    const request = toyRequest('awkward');
    const examples = awkward
      .filter(({ text }) => text.trim() !== '')
      .map((text, i) => ({ ...text, labels: [request.task.labels[i % 3]?.id ?? ''] }));
    const all = {
      ...request,
      examples: [...request.examples, ...examples],
      watch: [...awkward],
      pool: [...awkward],
    };
    const summary = summaryOf(await trainToy(studio.engine, all));
    expect(summary.losses.every(Number.isFinite)).toBe(true);
    const cut = summary.cutTexts.find(({ id }) => id === 't0');
    expect(cut).toEqual({ id: 't0', tokens: 100_002, kept: 32 });

    const zero: ClassifierRef = { kind: 'zero-shot', encoder: 'wide', task: request.task };
    for (const classifier of [trained('awkward'), zero]) {
      const said = await predictAll(studio.engine, classifier, awkward);
      expect(said.map(({ id }) => id)).toEqual(awkward.map(({ id }) => id));
      for (const { confidence } of said)
        expect(confidence.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    }
  });
});

describe('folders', () => {
  it('that may not be written to', async ({ skip }) => {
    // Not even root may make a folder there.
    if (process.platform !== 'linux') skip();
    const engine = createEngine(
      { data: '/sys/handful', resources: studio.resources, entry: null },
      quickRecipe,
    );
    const error = await trainToy(engine, toyRequest('run')).then(() => null, toStudioError);
    expect(error?.code).toBe('no-permission');
    expect(error?.message).toMatch(/\/sys\/handful.*Choose another folder/);
    expect((await engine.encoders.list()).length).toBeGreaterThan(0);
  });

  describe('on a full disk', () => {
    let disk = '';
    let mounted = false;
    beforeAll(async () => {
      disk = await temporaryFolder();
      try {
        const options = ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk];
        execFileSync('mount', options, { stdio: 'ignore' });
        mounted = true;
      } catch {
        console.log('A small disk may not be mounted here, so none was filled.');
      }
    });
    afterAll(() => {
      if (mounted) execFileSync('umount', [disk]);
    });

    it('a run fails in a sentence, leaves no half of a file, and works once there is room', async ({
      skip,
    }) => {
      if (!mounted) skip();
      const ballast = path.join(disk, 'ballast');
      await writeFile(ballast, new Uint8Array(2040 * 1024));
      const engine = createEngine(
        { data: disk, resources: studio.resources, entry: null },
        quickRecipe,
      );
      const request = { ...toyRequest('run'), watch: [] };
      const error = await trainToy(engine, request).then(() => null, toStudioError);
      expect(error?.code).toBe('disk-full');
      expect(error?.message).toMatch(/Free some space/);
      const left = await readdir(path.join(disk, 'runs', 'run'));
      expect(left.filter((name) => name.endsWith('.part') || name.endsWith('.new'))).toEqual([]);
      expect(left).not.toContain('summary.json');

      await rm(ballast);
      expect(summaryOf(await trainToy(engine, request)).runId).toBe('run');
      expect(await predictAll(engine, trained('run'), request.examples)).toHaveLength(12);
    });
  });
});

it('after all of these the engine works as ever', async () => {
  expect(summaryOf(await trainToy(studio.engine, toyRequest('good'))).runId).toBe('good');
  const left = await readdir(path.join(studio.data, 'runs', 'good'));
  expect(left.sort()).toEqual(['golden.json', 'summary.json', 'task.safetensors']);
});
