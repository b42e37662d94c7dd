// Bundles that were altered, cut short or made to do harm: each is refused, and the sentence names
// the file of the bundle that is wrong.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testBundle } from '../../src/main/engine/packaging/exportBundle';
import { readBundle } from '../../src/main/engine/packaging/readBundle';
import { writeBundle } from '../../src/main/engine/packaging/writeBundle';
import { makeTinyClassifier } from './tinyClassifier';

let folder: string;
let whole: Buffer;
let files: Record<string, Uint8Array>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'handful-damaged-'));
  const zip = path.join(folder, 'whole.zip');
  await writeBundle(await makeTinyClassifier(folder, 'single'), zip);
  whole = await readFile(zip);
  files = Object.fromEntries((await readBundle(zip)).files);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const bundleFiles = [
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
];

async function write(bytes: Uint8Array): Promise<string> {
  const file = path.join(folder, 'b.zip');
  await writeFile(file, bytes);
  return file;
}

async function expectDamaged(file: string, ...said: readonly string[]): Promise<void> {
  const error: unknown = await readBundle(file).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'StudioError', code: 'bundle-damaged' });
  for (const words of said) expect(String(error)).toContain(words);
}

const without = (name: string) =>
  Object.fromEntries(Object.entries(files).filter(([other]) => other !== name));

/** The manifest of an attacker, who can hash too. */
function sealed(contents: Record<string, Uint8Array>): Record<string, Uint8Array> {
  const entries = Object.entries(contents).filter(([name]) => name !== 'manifest.json');
  const manifest = {
    format: 'handful-classifier',
    version: 1,
    files: Object.fromEntries(
      entries.map(([name, bytes]) => [
        name,
        { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length },
      ]),
    ),
  };
  return { ...contents, 'manifest.json': Buffer.from(JSON.stringify(manifest)) };
}

it('reads the whole one, packed anew', async () => {
  expect((await readBundle(await write(zipSync(files)))).fileName).toBe('b.zip');
  expect(Object.keys(files).sort()).toEqual(bundleFiles);
});

it.each(bundleFiles)('%s missing', async (name) => {
  await expectDamaged(await write(zipSync(without(name))), `"${name}"`, 'is missing', '"b.zip"');
});

it.each(bundleFiles)('%s changed by one bit', async (name) => {
  const changed = Uint8Array.from(files[name] ?? []);
  changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 1;
  const file = await write(zipSync({ ...files, [name]: changed }));
  await expectDamaged(
    file,
    '"b.zip"',
    ...(name === 'manifest.json' ? [] : [`"${name}"`, 'changed']),
  );
});

it.each(bundleFiles)('%s empty', async (name) => {
  const file = await write(zipSync({ ...files, [name]: new Uint8Array() }));
  await expectDamaged(file, `"${name}"`);
});

it.each([
  ['config.json', '{}', 'id2label'],
  ['config.json', 'null', 'config.json'],
  ['golden.jsonl', '{"text":1}', 'golden.jsonl'],
  ['golden.jsonl', '{"text":"a","confidence":[1]}', 'another number of labels'],
])('%s well hashed but %s', async (name, content, said) => {
  const file = await write(zipSync(sealed({ ...files, [name]: Buffer.from(content) })));
  await expectDamaged(file, said);
});

it('a tokenizer or a model that is well hashed but none', async () => {
  for (const name of ['tokenizer.json', 'onnx/model.onnx']) {
    const file = await write(zipSync(sealed({ ...files, [name]: Buffer.from('{}') })));
    await expect(testBundle(file)).rejects.toMatchObject({
      code: 'bundle-damaged',
      message: expect.stringContaining(name) as string,
    });
  }
});

it.each(['config.json', 'golden.jsonl', 'onnx/model.onnx', 'task.safetensors', 'tokenizer.json'])(
  '%s missing from the list of files too',
  async (name) => expectDamaged(await write(zipSync(sealed(without(name)))), `"${name}"`),
);

it('no zip, an empty file, a folder, no file', async () => {
  await expectDamaged(await write(Buffer.from('Dear Sir or Madam')), '"b.zip" is not a zip file');
  await expectDamaged(await write(Buffer.alloc(0)), '"b.zip" is not a zip file');
  await mkdir(path.join(folder, 'folder.zip'));
  await expect(readBundle(path.join(folder, 'folder.zip'))).rejects.toMatchObject({
    code: 'bad-request',
  });
  await expect(readBundle(path.join(folder, 'none.zip'))).rejects.toMatchObject({
    code: 'bad-request',
  });
});

it('cut short anywhere', async () => {
  for (let part = 1; part <= 40; part++) {
    const length = Math.floor((whole.length * part) / 41);
    await expectDamaged(await write(whole.subarray(0, length)), '"b.zip"');
  }
  await expectDamaged(await write(whole.subarray(0, whole.length - 1)), '"b.zip"');
});

it('a byte changed anywhere: refused, or without any consequence', async () => {
  const known = new Set(Object.values(files).map((bytes) => Buffer.from(bytes).toString('base64')));
  for (let i = 0; i < 150; i++) {
    const bytes = Buffer.from(whole);
    const place = (i * 7919) % bytes.length;
    bytes[place] = (bytes[place] ?? 0) ^ 0xff;
    const bundle = await readBundle(await write(bytes)).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'bundle-damaged' });
      return null;
    });
    // Dates and checksums of the archive itself are not read; every content must be.
    for (const content of bundle?.files.values() ?? [])
      expect(known.has(Buffer.from(content).toString('base64'))).toBe(true);
  }
});

it.each([
  '../evil.txt',
  'onnx/../../evil.txt',
  '/etc/evil',
  'C:/evil',
  'run\\..\\evil',
  './a',
  'a//b',
  'run/',
  '.hidden',
  'a\0b',
])('a file called %j', async (name) => {
  const file = await write(zipSync(sealed({ ...files, [name]: Buffer.from('x') })));
  await expectDamaged(file, name, 'not allowed');
});

it('lets entries for folders pass, which zip programs add', async () => {
  const file = await write(zipSync({ ...files, run: {}, 'onnx/': new Uint8Array() }));
  expect((await readBundle(file)).files.size).toBe(bundleFiles.length);
});

it('a file that its list does not name', async () => {
  const file = await write(zipSync({ ...files, 'extra.txt': Buffer.from('x') }));
  await expectDamaged(file, '"extra.txt"', 'not in its list');
});

it('the same file twice', async () => {
  const zipped = Buffer.from(zipSync({ ...files, 'config.jsom': Buffer.from('x') }));
  for (let at = zipped.indexOf('config.jsom'); at >= 0; at = zipped.indexOf('config.jsom'))
    zipped.write('config.json', at);
  await expectDamaged(await write(zipped), '"config.json"', 'twice');
});

it('a zip bomb: refused by its stated sizes, before anything is unpacked', async () => {
  const bomb = zipSync(sealed({ ...files, 'onnx/model.onnx': new Uint8Array(2 ** 25) }));
  expect(bomb.length).toBeLessThan(2 ** 18);
  await expectDamaged(await write(bomb), 'far more than its size explains');
});

it('a zip bomb that lies about its size: unpacks to what it states, and no further', async () => {
  const bomb = Buffer.from(zipSync({ ...files, 'onnx/model.onnx': new Uint8Array(2 ** 25) }));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(2 ** 25);
  const stated = Buffer.alloc(4);
  stated.writeUInt32LE(100);
  for (let at = bomb.indexOf(size); at >= 0; at = bomb.indexOf(size)) stated.copy(bomb, at);
  await expectDamaged(await write(bomb), '"onnx/model.onnx"');
});

it('thousands of files', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 1000 }, (_, i) => [`file-${i}`, new Uint8Array(1)]),
  );
  await expectDamaged(await write(zipSync({ ...files, ...many })), 'more than 256 files');
});
