import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTokenizer, type Tokenizer } from './tokenizer';

const shipped = 'resources/encoders/handful-mini';
let tokenizer: Tokenizer;
let folder: string;
beforeAll(async () => {
  tokenizer = await loadTokenizer(shipped);
  folder = await mkdtemp(path.join(tmpdir(), 'tokenizer-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('ids', async () => {
  const recorded = JSON.parse(await readFile('tests/golden/token-ids.json', 'utf8')) as [
    string,
    number[],
  ][];

  it.each(recorded)('%j: as in Python', async (text, ids) => {
    expect(await tokenizer.encode(text)).toEqual(ids);
  });

  it('are the same in a batch', async () => {
    const batch = await tokenizer.encodeBatch(recorded.map(([text]) => text));
    expect(batch).toEqual(recorded.map(([, ids]) => ids));
  });
});

it('knows the special tokens', () => {
  expect(tokenizer).toMatchObject({ clsId: 101, sepId: 102, padId: 0, vocabularySize: 30522 });
});

it('reads a lone half of a surrogate pair as an unknown character', async () => {
  const text = 'broken \ud83d emoji \ude00';
  expect(await tokenizer.encode(text)).toEqual(
    await tokenizer.encode('broken \ufffd emoji \ufffd'),
  );
});

it('keeps the order of a batch that is split by size', async () => {
  const texts = Array.from({ length: 30 }, (_, i) => `${i} `.repeat(i % 3 ? 10 : 60_000));
  const ids = await tokenizer.encodeBatch(texts);
  const first = await Promise.all(texts.map((_, i) => tokenizer.encode(String(i))));
  expect(ids.map((row) => row[0])).toEqual(first.map((row) => row[0]));
  expect(ids.map((row) => row.length)).toEqual(texts.map((_, i) => (i % 3 ? 10 : 60_000)));
  expect(await tokenizer.encodeBatch([])).toEqual([]);
});

it('ignores a fixed length that the file asks for', async () => {
  const json = JSON.parse(await readFile(`${shipped}/tokenizer.json`, 'utf8')) as object;
  const padding = { strategy: { Fixed: 128 }, direction: 'Right', pad_to_multiple_of: null };
  const truncation = { max_length: 4, strategy: 'LongestFirst', stride: 0, direction: 'Right' };
  const fixed = {
    ...json,
    padding: { ...padding, pad_id: 0, pad_type_id: 0, pad_token: '[PAD]' },
    truncation,
  };
  await writeFile(path.join(folder, 'tokenizer.json'), JSON.stringify(fixed));
  const loaded = await loadTokenizer(folder);
  expect(await loaded.encode('one two three four five six')).toHaveLength(6);
});

describe('a folder that cannot be used', () => {
  /** A new folder, with a tokenizer.json if one is given. */
  async function folderWith(json?: string | Uint8Array): Promise<string> {
    const made = await mkdtemp(path.join(folder, 'damaged-'));
    if (json !== undefined) await writeFile(path.join(made, 'tokenizer.json'), json);
    return made;
  }

  it('has no tokenizer.json', async () => {
    const empty = await folderWith();
    await expect(loadTokenizer(empty)).rejects.toMatchObject({
      code: 'encoder-missing',
      message: `The encoder folder "${empty}" has no file "tokenizer.json". Copy the complete folder again.`,
    });
    await expect(loadTokenizer(path.join(empty, 'nowhere'))).rejects.toMatchObject({
      code: 'encoder-missing',
    });
  });

  it.each([
    ['empty', '', /EOF/],
    ['cut off', '{"version":"1.0","model":{"type":"Wo', /EOF/],
    ['another JSON', '{}', /Model missing/],
    ['a binary', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0xff), /expected value/],
    [
      'without special tokens',
      '{"version":"1.0","added_tokens":[],"model":{"type":"WordPiece","unk_token":"a",' +
        '"continuing_subword_prefix":"##","max_input_chars_per_word":100,"vocab":{"a":0}}}',
      /no token \[CLS\] or <s>/,
    ],
  ])('has a tokenizer.json that is %s', async (_, json, defect) => {
    const damaged = await folderWith(json);
    await expect(loadTokenizer(damaged)).rejects.toMatchObject({
      code: 'encoder-damaged',
      message: expect.stringMatching(defect) as string,
      details: { file: path.join(damaged, 'tokenizer.json') },
    });
  });
});
