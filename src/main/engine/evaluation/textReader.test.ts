import { afterEach, beforeAll, expect, it } from 'vitest';
import { relativeError } from '../../../../tests/relativeError';
import { toyEncoder } from '../../../../tests/toyEncoder';
import { openEncoder, type Encoder } from '../encoders/encoder';
import { textRows } from '../tokenization/textRow';
import { memoryBytes } from './textMemory';
import { TextReader } from './textReader';

let encoder: Encoder;
let reader: TextReader | null = null;
beforeAll(async () => {
  encoder = await openEncoder(toyEncoder);
});
afterEach(async () => {
  await reader?.release();
  reader = null;
});

/** 30 texts of 4 to 13 tokens, no two alike. */
const texts = Array.from(
  { length: 30 },
  (_, i) => `the parcel ${'came late '.repeat(i % 5)}${String.fromCharCode(97 + (i % 26))} ${i}`,
);
const rowsOf = (some: readonly string[]) => textRows(encoder.tokenizer, some, 32);

async function open(budget: number) {
  reader = await TextReader.open(encoder, 'cpu', budget);
  return reader;
}

it('reads a text once, however often it occurs', async () => {
  const texts = await open(1e6);
  const [first, other, again] = await texts.read(await rowsOf(['why?', 'great', 'why?']));
  expect(again).toBe(first);
  expect(other).not.toBe(first);
  const bytes = texts.cachedBytes;
  const [later] = await texts.read(await rowsOf(['why?']));
  expect(later).toBe(first);
  expect(texts.cachedBytes).toBe(bytes);
});

it('stays within its budget, and reads what was put out again with the same result', async () => {
  const rows = await rowsOf(texts);
  const whole = await (await open(1e9)).read(rows);
  const total = whole.reduce((sum, memory) => sum + memoryBytes(memory), 0);
  expect(reader?.cachedBytes).toBe(total);
  await reader?.release();

  const budget = total / 4;
  const small = await open(budget);
  for (let round = 0; round < 3; round++)
    for (let from = 0; from < rows.length; from += 7) {
      const found = await small.read(rows.slice(from, from + 7));
      expect(small.cachedBytes).toBeLessThanOrEqual(budget);
      expect(small.cachedBytes).toBeGreaterThan(budget / 2);
      found.forEach((memory, i) => {
        const wanted = whole[from + i];
        expect(memory.tokens).toBe(wanted?.tokens);
        expect(relativeError(memory.keysAndValues, wanted?.keysAndValues ?? [])).toBeLessThan(1e-5);
        expect(relativeError(memory.vectors, wanted?.vectors ?? [])).toBeLessThan(1e-5);
      });
    }
});

it('counts a text once that two ask for at the same time', async () => {
  const rows = await rowsOf(texts);
  const shared = await open(1e9);
  const [found] = await Promise.all([shared.read(rows), shared.read(rows)]);
  const total = found.reduce((sum, memory) => sum + memoryBytes(memory), 0);
  expect(shared.cachedBytes).toBe(total);
});

it('puts out what was not used for the longest time', async () => {
  const rows = await rowsOf(['why?', 'bug?', 'art?']); // three of the same length
  const measure = await open(1e6);
  await measure.read(rows.slice(0, 1));
  const room = 2 * measure.cachedBytes;
  await measure.release();
  const [oldest, second, third] = rows.map((row) => [row]);
  if (!oldest || !second || !third) throw new Error('There are three rows.');
  const small = await open(room);
  const [first] = await small.read(oldest);
  const [other] = await small.read(second);
  expect((await small.read(oldest))[0]).toBe(first); // used: now the second is the longest unused
  await small.read(third);
  expect((await small.read(oldest))[0]).toBe(first);
  expect((await small.read(second))[0]).not.toBe(other);
});

it('gives all that is asked for even where it does not fit into the budget', async () => {
  const small = await open(1);
  const found = await small.read(await rowsOf(texts));
  expect(found.map(({ tokens }) => tokens)).toEqual((await rowsOf(texts)).map(({ kept }) => kept));
  expect(small.cachedBytes).toBe(0);
});

it('stops between two batches', async () => {
  const abort = new AbortController();
  abort.abort();
  const small = await open(1e6);
  await expect(small.read(await rowsOf(texts), abort.signal)).rejects.toMatchObject({
    code: 'cancelled',
  });
});
