// Writing a bundle and reading it back: what is in it, what it says, and that it is there whole or
// not at all.
import { mkdtemp, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportBundle, testBundle } from '../../src/main/engine/packaging/exportBundle';
import { readBundle } from '../../src/main/engine/packaging/readBundle';
import { writeBundle } from '../../src/main/engine/packaging/writeBundle';
import { createZipWriter } from '../../src/main/engine/packaging/zip';
import { awkwardTexts, labelNames, makeTinyClassifier } from './tinyClassifier';

let folder: string;
let out: string;
let zip: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'handful-bundle-'));
  out = path.join(folder, 'out');
  zip = path.join(out, 'messages.zip');
  await mkdir(out);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const jsonOf = (bytes: Uint8Array | undefined): unknown =>
  JSON.parse(Buffer.from(bytes ?? []).toString('utf8'));

describe.each(['single', 'multi', 'yes-no'] as const)('%s', (kind) => {
  it('says in the bundle what the sums say, on awkward texts', async () => {
    const source = await makeTinyClassifier(folder, kind);
    const report = await exportBundle(source, zip);
    expect(report).toMatchObject({ runId: 'run-1', fileName: 'messages.zip' });
    expect(report.goldenTexts).toBe(awkwardTexts.length);
    expect(report.largestDifference).toBeLessThan(1e-6);
    expect(report.sizeBytes).toBe((await readFile(zip)).length);
    expect(await readdir(out)).toEqual(['messages.zip']);
    expect(await testBundle(zip)).toMatchObject({ goldenTexts: awkwardTexts.length });
  });

  it('has a config.json that other libraries read', async () => {
    await writeBundle(await makeTinyClassifier(folder, kind), zip);
    const { files } = await readBundle(zip);
    expect(jsonOf(files.get('config.json'))).toMatchObject({
      architectures: ['BertForSequenceClassification'],
      model_type: 'bert',
      problem_type: `${kind === 'single' ? 'single' : 'multi'}_label_classification`,
      id2label: Object.fromEntries(labelNames[kind].entries()),
      label2id: Object.fromEntries(labelNames[kind].map((name, place) => [name, place])),
      handful: {
        kind,
        template: 'This message is about',
        maxTextTokens: 16,
        encoder: 'tiny-encoder',
      },
    });
    expect(jsonOf(files.get('tokenizer_config.json'))).toMatchObject({ model_max_length: 16 });
  });
});

it('contains what the design lists, and the model and task byte for byte', async () => {
  const source = await makeTinyClassifier(folder, 'single');
  await writeBundle(source, zip);
  const { files } = await readBundle(zip);
  expect([...files.keys()].sort()).toEqual([
    'LICENSES',
    'README.md',
    'config.json',
    'golden.jsonl',
    'manifest.json',
    'onnx/model.onnx',
    'run/node/classify.mjs',
    'run/node/package.json',
    'run/python/classify.py',
    'run/python/requirements.txt',
    'special_tokens_map.json',
    'task.safetensors',
    'tokenizer.json',
    'tokenizer_config.json',
  ]);
  expect(Buffer.from(files.get('onnx/model.onnx') ?? []).equals(source.model)).toBe(true);
  const task = await readFile(source.taskFile);
  expect(task.equals(files.get('task.safetensors') ?? new Uint8Array())).toBe(true);
  expect(Buffer.from(files.get('LICENSES') ?? []).toString()).toContain('Apache License');
});

it('takes a model from a file, and gives the same bytes each time', async () => {
  const source = await makeTinyClassifier(folder, 'single');
  const modelPath = path.join(folder, 'model.onnx');
  await writeFile(modelPath, source.model);
  await writeBundle(source, zip);
  const other = path.join(out, 'other.zip');
  await writeBundle({ ...source, model: { path: modelPath } }, other);
  expect((await readFile(zip)).equals(await readFile(other))).toBe(true);
});

describe('nothing half-written', () => {
  const older = 'an older export';
  beforeEach(() => writeFile(zip, older));
  afterEach(async () => {
    expect(await readdir(out)).toEqual(['messages.zip']);
    expect(await readFile(zip, 'utf8')).toBe(older);
  });

  it('when cancelled', async () => {
    const source = await makeTinyClassifier(folder, 'single');
    const controller = new AbortController();
    const cancel = () => {
      controller.abort();
      return Promise.resolve();
    };
    const writing = writeBundle(source, zip, { signal: controller.signal, check: cancel });
    await expect(writing).rejects.toMatchObject({ code: 'cancelled' });
    const late = writeBundle(source, zip, { signal: controller.signal });
    await expect(late).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('when the model says something else than the app', async () => {
    const source = await makeTinyClassifier(folder, 'single');
    const golden = source.golden.map(({ text, confidence }) => ({
      text,
      confidence: confidence.map((value, label) => value + (label === 0 ? 2e-4 : 0)),
    }));
    await expect(exportBundle({ ...source, golden }, zip)).rejects.toMatchObject({
      code: 'bundle-damaged',
      message: expect.stringContaining('differs by up to 0.00020') as string,
    });
  });

  it('when the model is none', async () => {
    const source = await makeTinyClassifier(folder, 'single');
    await expect(
      exportBundle({ ...source, model: Buffer.from('no model') }, zip),
    ).rejects.toMatchObject({
      code: 'bundle-damaged',
      message: expect.stringContaining('onnx/model.onnx') as string,
    });
  });

  it('when a file of the task or the encoder is missing', async () => {
    const source = await makeTinyClassifier(folder, 'single');
    await rm(path.join(source.encoderFolder, 'tokenizer.json'));
    await expect(writeBundle(source, zip)).rejects.toMatchObject({
      code: 'encoder-missing',
      message: expect.stringContaining('tokenizer.json') as string,
    });
  });
});

it('reports a full disk as one', async (context) => {
  const full = await open('/dev/full', 'w').catch(() => null);
  if (!full) return context.skip('This system has no /dev/full.');
  const writer = createZipWriter(full, new Date());
  await expect(writer.add('a', [Buffer.alloc(10)])).rejects.toMatchObject({ code: 'ENOSPC' });
  await full.close();
});

it('names the folder that it cannot write to', async () => {
  const source = await makeTinyClassifier(folder, 'single');
  const nowhere = path.join(folder, 'nowhere', 'messages.zip');
  await expect(writeBundle(source, nowhere)).rejects.toMatchObject({
    name: 'StudioError',
    message: expect.stringContaining('nowhere') as string,
  });
});

it('names the file that something stands in the way of, and leaves nothing beside it', async () => {
  const source = await makeTinyClassifier(folder, 'single');
  await mkdir(zip);
  await expect(writeBundle(source, zip)).rejects.toMatchObject({
    code: 'no-permission',
    message: expect.stringMatching(/messages\.zip.*Move it away/) as string,
  });
  expect(await readdir(out)).toEqual(['messages.zip']);
});

it('finds a file whose model was exchanged for another', async () => {
  const source = await makeTinyClassifier(folder, 'single');
  const other = await makeTinyClassifier(folder, 'yes-no');
  await writeBundle({ ...source, model: other.model }, zip);
  await expect(testBundle(zip)).rejects.toMatchObject({
    code: 'bundle-damaged',
    message: expect.stringContaining('another number of labels') as string,
  });
});
