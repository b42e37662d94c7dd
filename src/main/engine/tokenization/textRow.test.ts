import { beforeAll, expect, it } from 'vitest';
import { maxCharacters, textRow, textRows } from './textRow';
import { loadTokenizer, type Tokenizer } from './tokenizer';

let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await loadTokenizer('resources/encoders/handful-mini');
});

const [cls, sep] = [101, 102];

it('puts a short text between [CLS] and [SEP]', async () => {
  const row = await textRow(tokenizer, 'hello', 16);
  expect(row).toEqual({ ids: Int32Array.of(cls, 7592, sep), tokens: 3, kept: 3, isLonger: false });
});

it('keeps the two around nothing', async () => {
  const row = await textRow(tokenizer, '', 16);
  expect(row).toMatchObject({ ids: Int32Array.of(cls, sep), tokens: 2, kept: 2 });
});

it.each([
  [5, 5, [cls, 2028, 2048, 2093, sep]],
  [4, 4, [cls, 2028, 2048, sep]],
  [2, 2, [cls, sep]],
])('cuts to %i tokens and says so', async (maxTokens, kept, ids) => {
  const row = await textRow(tokenizer, 'one two three', maxTokens);
  expect(row).toMatchObject({ ids: Int32Array.from(ids), tokens: 5, kept });
});

it('counts a text of 100,000 words to the end', async () => {
  const row = await textRow(tokenizer, 'word '.repeat(100_000), 256);
  expect(row).toMatchObject({ tokens: 100_002, kept: 256, isLonger: false });
  expect(row.ids).toHaveLength(256);
});

it('says that it stopped counting', async () => {
  const row = await textRow(tokenizer, 'words '.repeat(2_000_000), 256);
  expect(row).toMatchObject({ kept: 256, isLonger: true });
  expect(row.tokens).toBe(Math.floor(maxCharacters / 6) + 3);
});

it('gives many texts the rows that each has alone', async () => {
  const texts = ['one', '', 'two words', '\u0000', '😀', 'x'.repeat(500), 'a longer text, cut off'];
  const rows = await textRows(tokenizer, texts, 6);
  const alone = await Promise.all(texts.map((text) => textRow(tokenizer, text, 6)));
  expect(rows).toEqual(alone);
});
