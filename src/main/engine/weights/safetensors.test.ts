import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSafetensors, writeSafetensors } from './safetensors';

// Made by Python's safetensors 0.8: save_file({a: F32 [2, 3], half: F16 [6], brain: BF16 [4],
// count: I64 scalar, empty: F32 [0, 4]}, metadata={format: 'pt'})
const madeByPython =
  'SAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJwdCJ9LCJjb3VudCI6eyJkdHlwZSI6Ikk2NCIsInNoYXBlIj' +
  'pbXSwiZGF0YV9vZmZzZXRzIjpbMCw4XX0sImEiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzIsM10sImRhdGFfb2Zmc2V0' +
  'cyI6WzgsMzJdfSwiZW1wdHkiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzAsNF0sImRhdGFfb2Zmc2V0cyI6WzMyLDMyXX' +
  '0sImJyYWluIjp7ImR0eXBlIjoiQkYxNiIsInNoYXBlIjpbNF0sImRhdGFfb2Zmc2V0cyI6WzMyLDQwXX0sImhhbGYiOnsi' +
  'ZHR5cGUiOiJGMTYiLCJzaGFwZSI6WzZdLCJkYXRhX29mZnNldHMiOls0MCw1Ml19fSAgICAgBwAAAAAAAAAAAMA/AAAQwI' +
  'Ko+zcAAAAAAOB/R83MzL3APxDAog1ifwA+gMABAP97AHxmLg==';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'safetensors-'));
});
afterAll(() => rm(folder, { recursive: true }));

const inFolder = (name: string) => path.join(folder, name);

/** A file of raw parts; without `length`, the header's true one. */
async function fileOf(header: string | Uint8Array, data: number, length?: bigint): Promise<string> {
  const json = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const first = new Uint8Array(8);
  new DataView(first.buffer).setBigUint64(0, length ?? BigInt(json.length), true);
  const file = inFolder(`${crypto.randomUUID()}.safetensors`);
  await writeFile(file, Buffer.concat([first, json, new Uint8Array(data)]));
  return file;
}

it("reads a file made by Python's safetensors", async () => {
  await writeFile(inFolder('python'), Buffer.from(madeByPython, 'base64'));
  const file = await openSafetensors(inFolder('python'));
  expect([...file.metadata]).toEqual([['format', 'pt']]);
  expect(file.tensors.get('brain')).toEqual({
    name: 'brain',
    dtype: 'BF16',
    shape: [4],
    offset: 368,
    byteLength: 8,
  });
  expect(file.tensors.get('count')?.shape).toEqual([]);
  expect(await file.read('a')).toEqual(Float32Array.of(1.5, -2.25, 3e-5, 0, 65504, -0.1));
  expect(await file.read('half')).toEqual(
    Float32Array.of(1.5, -2.25, 2 ** -24, 65504, Infinity, 0.0999755859375),
  );
  expect([...(await file.read('brain'))].map((x) => x.toPrecision(3))).toEqual([
    '1.50',
    '-2.25',
    '9.98e-31',
    '3.00e+38',
  ]);
  expect(await file.read('empty')).toEqual(new Float32Array(0));
  await expect(file.read('count')).rejects.toThrow(/"count" holds I64/);
  await expect(file.read('b')).rejects.toMatchObject({
    code: 'encoder-damaged',
    message: expect.stringContaining('has no tensor "b"') as string,
  });
  await file.close();
});

it('reads back what it wrote, and writes the same bytes again', async () => {
  const long = Float32Array.from({ length: 700_001 }, (_, i) => Math.sin(i));
  const tensors = [
    { name: 'short', shape: [], data: Float32Array.of(Math.PI) },
    { name: 'long', shape: [700_001, 1], data: long },
    { name: 'half', shape: [700_001], data: long, dtype: 'F16' as const },
  ];
  await writeSafetensors(inFolder('ours'), tensors, { task: 'Größe' });
  await writeSafetensors(inFolder('again'), tensors, { task: 'Größe' });
  const bytes = await readFile(inFolder('ours'));
  expect(bytes.equals(await readFile(inFolder('again')))).toBe(true);

  const file = await openSafetensors(inFolder('ours'));
  expect(file.metadata.get('task')).toBe('Größe');
  expect(await file.read('short')).toEqual(Float32Array.of(Math.PI));
  const again = await file.read('long');
  expect(again.every((x, i) => x === long[i])).toBe(true);
  const half = await file.read('half');
  expect(half.every((x, i) => Math.abs(x - Math.sin(i)) <= 2 ** -12 + 2 ** -24)).toBe(true);
  expect([...file.tensors.values()].every((t) => t.offset % 4 === 0)).toBe(true);
  await file.close();
});

it('reads the encoder that comes with the product', async () => {
  const file = await openSafetensors('resources/encoders/handful-mini/model.safetensors');
  const words = await file.read('embeddings.word_embeddings.weight');
  expect(words).toHaveLength(30522 * 384);
  expect(words.every(Number.isFinite)).toBe(true);
  await file.close();
});

describe('a damaged file', () => {
  const entry = (over: object) =>
    JSON.stringify({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...over } });
  const two = (v: number[], w: number[], size: number) =>
    JSON.stringify({
      v: { dtype: 'U8', shape: [size], data_offsets: v },
      w: { dtype: 'U8', shape: [size], data_offsets: w },
    });

  it.each<[string, string | Uint8Array, number, RegExp, bigint?]>([
    ['header past the file', '{}', 0, /claims 3 bytes, but the file has 10/, 3n],
    ['header over 100 MB', '{}', 0, /claims 1\d+ bytes, more than 100000000/, 2n ** 60n],
    ['not JSON', '{"w":', 0, /not JSON/],
    ['not UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), 0, /not JSON/],
    ['empty', '', 0, /not JSON/],
    ['not an object', '[1]', 0, /not a JSON object/],
    ['metadata of numbers', '{"__metadata__":{"a":1}}', 0, /other than texts/],
    ['metadata a text', '{"__metadata__":"a"}', 0, /"__metadata__" is not a JSON object/],
    ['tensor a number', '{"w":1}', 0, /"w" is not described/],
    ['no dtype', entry({ dtype: undefined }), 8, /"w" has no dtype/],
    ['no shape', entry({ shape: undefined }), 8, /"w" has no shape/],
    ['no offsets', entry({ data_offsets: undefined }), 8, /"w" has no data_offsets/],
    ['unknown dtype', entry({ dtype: 'F31' }), 8, /"w" has the unknown dtype "F31"/],
    ['dtype of Object', entry({ dtype: 'toString' }), 8, /unknown dtype/],
    ['dtype a number', entry({ dtype: 4 }), 8, /unknown dtype 4/],
    ['negative shape', entry({ shape: [-2] }), 8, /impossible shape \[-2\]/],
    ['broken shape', entry({ shape: [0.5] }), 8, /impossible shape \[0.5\]/],
    ['shape a number', entry({ shape: 2 }), 8, /impossible shape 2/],
    ['huge shape', entry({ shape: [2 ** 40, 2 ** 40] }), 8, /too large to count/],
    ['one offset', entry({ data_offsets: [0] }), 8, /impossible data_offsets \[0\]/],
    ['negative offset', entry({ data_offsets: [-8, 0] }), 8, /impossible data_offsets/],
    ['broken offset', entry({ data_offsets: [0, 8.5] }), 8, /impossible data_offsets/],
    ['offsets a text', entry({ data_offsets: '0,8' }), 8, /impossible data_offsets/],
    ['ends before it begins', entry({ data_offsets: [8, 0] }), 8, /"w" ends \(0\) before/],
    ['past the end', entry({}), 7, /"w" ends 1 bytes behind the end/],
    ['too few bytes', entry({ shape: [3] }), 8, /"w" has 8 bytes where F32 \[3\] needs 12/],
    ['too many bytes', entry({ dtype: 'F16' }), 8, /has 8 bytes where F16 \[2\] needs 4/],
    ['overlap', two([0, 4], [2, 6], 4), 6, /"w" overlaps/],
    ['same place', two([0, 4], [0, 4], 4), 4, /"w" overlaps/],
    ['hole before', entry({ data_offsets: [4, 12] }), 12, /hole of 4 bytes before tensor "w"/],
    ['hole between', two([0, 4], [5, 9], 4), 9, /hole of 1 bytes before tensor "w"/],
    ['bytes left over', entry({}), 9, /last 1 bytes belong to no tensor/],
  ])('%s', async (_, header, data, defect, length) => {
    const file = await fileOf(header, data, length);
    await expect(openSafetensors(file)).rejects.toMatchObject({
      name: 'StudioError',
      code: 'encoder-damaged',
      message: expect.stringMatching(defect) as string,
      details: { file },
    });
    await expect(openSafetensors(file)).rejects.toThrow(file);
  });

  it('shorter than the length of its header', async () => {
    await writeFile(inFolder('short'), 'seven..');
    await expect(openSafetensors(inFolder('short'))).rejects.toThrow(/7 bytes, too few/);
  });

  it('cut off while it was open', async () => {
    const file = await openSafetensors(await fileOf(entry({}), 8));
    await truncate(file.path, (await stat(file.path)).size - 1);
    await expect(file.read('w')).rejects.toThrow(/became shorter/);
    await file.close();
  });

  it('a folder, and no file at all', async () => {
    await expect(openSafetensors(folder)).rejects.toMatchObject({ code: 'encoder-damaged' });
    await expect(openSafetensors(inFolder('none'))).rejects.toMatchObject({
      code: 'encoder-missing',
    });
  });
});

it('leaves the old file and nothing else when it cannot finish', async () => {
  const target = inFolder('taken');
  await mkdir(inFolder('taken/inside'), { recursive: true });
  const before = await readdir(folder);
  await expect(writeSafetensors(target, [])).rejects.toMatchObject({ name: 'StudioError' });
  expect(await readdir(folder)).toEqual(before);
  expect(await readdir(target)).toEqual(['inside']);
});
