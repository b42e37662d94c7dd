// Encoder folders that cannot be used: each fault a sentence that names the file, through the engine's
// contract; the other encoders stay usable, and nothing is written for a run that did not begin.
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StudioError, toStudioError } from '../../src/shared/errors';
import { toyEncoder } from '../toyEncoder';
import {
  never,
  openToyStudio,
  predictAll,
  summaryOf,
  toyRequest,
  trainToy,
  type ToyStudio,
} from '../toyStudio';

let studio: ToyStudio;
let folder = '';
beforeAll(async () => {
  studio = await openToyStudio();
  folder = path.join(studio.data, 'encoders', 'mine');
});
beforeEach(async () => {
  await rm(path.dirname(folder), { recursive: true, force: true });
  await cp(toyEncoder, folder, { recursive: true });
});

const inFolder = (name: string) => path.join(folder, name);

/** The sentence with which a training over the encoder is refused, by a fresh engine. */
async function refusal(): Promise<StudioError> {
  const engine = studio.restart();
  const request = toyRequest('refused', { encoder: 'mine' });
  const error = await trainToy(engine, request).then(
    () => new StudioError('internal', 'The damaged encoder was used.'),
    toStudioError,
  );
  expect(error).toMatchObject({
    name: 'StudioError',
    code: expect.stringMatching(/^encoder-(damaged|missing)$/) as string,
    message: expect.stringMatching(/^[^\n]{20,400}\.$/) as string,
  });
  expect(error.message).not.toMatch(/undefined|\[object|ENOENT|Error:/);
  // The others are listed and used as before, and no run was begun.
  expect((await engine.encoders.list()).map(({ id }) => id)).toEqual(['toy', 'wide']);
  const { task } = request;
  const zero = { kind: 'zero-shot', encoder: 'toy', task } as const;
  expect(await predictAll(engine, zero, [{ id: 'a', text: 'late' }])).toHaveLength(1);
  expect(await readdir(path.join(studio.data, 'runs')).catch(() => [])).toEqual([]);
  return error;
}

it('whole, the folder is one more encoder', async () => {
  const ids = (await studio.restart().encoders.list()).map(({ id }) => id);
  expect(ids).toEqual(['mine', 'toy', 'wide']);
});

it.each(['config.json', 'model.safetensors', 'tokenizer.json'])('without %s', async (name) => {
  await rm(inFolder(name));
  const error = await refusal();
  expect(error.code).toBe('encoder-missing');
  expect(error.message).toContain(name);
});

it.each(['config.json', 'model.safetensors', 'tokenizer.json'])('%s is a folder', async (name) => {
  await rm(inFolder(name));
  await cp(path.join(toyEncoder, 'config.json'), path.join(inFolder(name), 'inside'));
  expect((await refusal()).message).toContain(name);
});

it.each(['config.json', 'model.safetensors', 'tokenizer.json'])('%s is cut off', async (name) => {
  const bytes = await readFile(inFolder(name));
  await writeFile(inFolder(name), bytes.subarray(0, bytes.length / 2));
  expect((await refusal()).message).toContain(name);
});

describe('config.json with a wrong field', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['no JSON object', [] as never, /config\.json/],
    ['another family', { model_type: 'gpt2' }, /model_type/],
    ['another activation', { hidden_act: 'relu' }, /"hidden_act" is "relu" and should be "gelu"/],
    ['a size that is no number', { hidden_size: '32' }, /hidden_size/],
    ['another size', { hidden_size: 64 }, /by config\.json it should be \[\d+, 64\]/],
    ['heads that do not divide it', { num_attention_heads: 5 }, /num_attention_heads/],
    ['no layers', { num_hidden_layers: 0 }, /num_hidden_layers/],
    ['more layers than there are', { num_hidden_layers: 3 }, /no tensor "encoder\.layer\.2/],
    ['another inner size', { intermediate_size: 63 }, /intermediate/],
    ['a larger vocabulary', { vocab_size: 164 }, /word_embeddings.*\[164, 32\]/],
    ['more places', { max_position_embeddings: 65 }, /position_embeddings/],
    ['one kind of token', { type_vocab_size: 1 }, /token_type_embeddings/],
    ['no layout', { handful: undefined }, /does not say "handful"/],
    ['another layout', { handful: { layout: 'pairs', max_text_tokens: 32 } }, /layout/],
  ])('%s', async (name, change, message) => {
    const config = JSON.parse(await readFile(inFolder('config.json'), 'utf8')) as object;
    const changed = name === 'no JSON object' ? [] : { ...config, ...change };
    await writeFile(inFolder('config.json'), JSON.stringify(changed));
    expect((await refusal()).message).toMatch(message);
  });
});

describe('model.safetensors with a wrong header', () => {
  interface Entry {
    dtype: unknown;
    shape: unknown;
    data_offsets: unknown;
  }
  type Header = Record<string, Entry>;
  const name = 'entailment.weight';

  /** The file with its header changed, its length put right or not. */
  async function rewrite(change: (header: Header) => unknown, length?: bigint) {
    const bytes = await readFile(inFolder('model.safetensors'));
    const size = Number(bytes.readBigUInt64LE());
    const header = JSON.parse(bytes.subarray(8, 8 + size).toString()) as Header;
    const changed = change(header);
    const json = Buffer.from(typeof changed === 'string' ? changed : JSON.stringify(changed));
    const first = Buffer.alloc(8);
    first.writeBigUInt64LE(length ?? BigInt(json.length));
    const whole = Buffer.concat([first, json, bytes.subarray(8 + size)]);
    await writeFile(inFolder('model.safetensors'), whole);
  }
  const withEntry = (change: Partial<Entry>) => (header: Header) => ({
    ...header,
    [name]: { ...header[name], ...change },
  });

  it.each<[string, (header: Header) => unknown, bigint | undefined]>([
    ['a length past the file', (header) => header, 2n ** 40n],
    ['a length of nothing', (header) => header, 0n],
    ['no JSON', () => '{"a": ', undefined],
    ['a list', () => [], undefined],
    ['an unknown type', withEntry({ dtype: 'F31' }), undefined],
    ['a type of no weights', withEntry({ dtype: 'I32' }), undefined],
    ['a type that is not read', withEntry({ dtype: 'U32' }), undefined],
    ['no type', withEntry({ dtype: undefined }), undefined],
    ['another shape', withEntry({ shape: [32, 3] }), undefined],
    ['a negative shape', withEntry({ shape: [-3, -32] }), undefined],
    ['no shape', withEntry({ shape: undefined }), undefined],
    ['offsets behind the end', withEntry({ data_offsets: [1e9, 1e9 + 384] }), undefined],
    ['offsets that overlap', withEntry({ data_offsets: [0, 384] }), undefined],
    ['offsets that are no numbers', withEntry({ data_offsets: ['0', '384'] }), undefined],
    ['no offsets', withEntry({ data_offsets: undefined }), undefined],
    [
      'another name',
      (header) =>
        Object.fromEntries(
          Object.entries(header).map(([own, entry]) => [own === name ? 'other' : own, entry]),
        ),
      undefined,
    ],
  ])('%s', async (_, change, length) => {
    await rewrite(change, length);
    const error = await refusal();
    expect(error.code).toBe('encoder-damaged');
    expect(error.message).toContain('model.safetensors');
  });
});

it('a tokenizer that knows more words than the encoder', async () => {
  const file = inFolder('tokenizer.json');
  const tokenizer = JSON.parse(await readFile(file, 'utf8')) as {
    model: { vocab: Record<string, number> };
  };
  tokenizer.model.vocab.zebra = 163;
  await writeFile(file, JSON.stringify(tokenizer));
  expect((await refusal()).message).toMatch(/tokenizer\.json.*164 words.*163/);
});

it('is used again once it is put right, by the same engine', async () => {
  const engine = studio.restart();
  const request = toyRequest('repaired', { encoder: 'mine' });
  await rm(inFolder('config.json'));
  await expect(trainToy(engine, request)).rejects.toMatchObject({ code: 'encoder-missing' });
  await cp(path.join(toyEncoder, 'config.json'), inFolder('config.json'));
  expect(summaryOf(await trainToy(engine, request, never)).encoder).toBe('mine');
  await rm(path.join(studio.data, 'runs'), { recursive: true });
});

it('an encoder that is not there', async () => {
  await rm(folder, { recursive: true });
  expect((await refusal()).message).toMatch(/no encoder "mine"/);
});

it('says why when there is no other', async () => {
  const alone = await openToyStudio();
  await rm(path.join(alone.resources, 'encoders', 'wide'), { recursive: true });
  await rm(path.join(alone.resources, 'encoders', 'toy', 'config.json'));
  await expect(alone.restart().encoders.list()).rejects.toMatchObject({ code: 'encoder-missing' });
});
