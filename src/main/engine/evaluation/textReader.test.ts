import { afterEach, beforeAll, expect, it } from 'vitest';
import { relativeError } from '../../../../tests/relativeError';
import { toyEncoder } from '../../../../tests/toyEncoder';
import { openEncoder, type Encoder } from '../encoders/encoder';
import { dataOf } from '../runtime/tensor';
import { textRows } from '../tokenization/textRow';
import { joinMemories, type TextMemory } from './textMemory';
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

/** Of the batches that the texts lie in. */
const bytesOf = (memories: readonly TextMemory[]) =>
  [...new Set(memories.map(({ batch }) => batch))].reduce((sum, { bytes }) => sum + bytes, 0);

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
  const total = bytesOf(whole);
  expect(reader?.cachedBytes).toBe(total);
  await reader?.release();

  const budget = total / 2;
  const small = await open(budget);
  for (let round = 0; round < 3; round++)
    for (let from = 0; from < rows.length; from += 7) {
      const found = await small.read(rows.slice(from, from + 7));
      expect(small.cachedBytes).toBeLessThanOrEqual(budget);
      expect(small.cachedBytes).toBeGreaterThan(0);
      found.forEach((memory, i) => {
        const wanted = whole[from + i];
        expect(memory.tokens).toBe(wanted?.tokens);
        const parts = joinMemories([memory], small.shape);
        const wantedParts = joinMemories(wanted ? [wanted] : [], small.shape);
        expect(Object.keys(parts)).toContain('values.1');
        for (const [name, tensor] of Object.entries(parts))
          expect(relativeError(dataOf(tensor), dataOf(wantedParts[name]))).toBeLessThan(1e-5);
        expect(relativeError(memory.vectors, wanted?.vectors ?? [])).toBeLessThan(1e-5);
      });
    }
});

it('hands on a whole batch as it lies, and copies parts of one and of several', async () => {
  const some = await open(1e6);
  const [a, b] = await some.read(await rowsOf(['the parcel came late', 'why?']));
  const [c] = await some.read(await rowsOf(['the parcel came late again']));
  if (!a || !b || !c) throw new Error('There are three texts.');
  const whole = joinMemories([a, b], some.shape);
  expect(whole['keys.0']).toBe(a.batch.keysAndValues['keys.0']);

  const mixed = joinMemories([b, c, a], some.shape);
  expect(mixed['keys.0']?.dims).toEqual([3, some.shape.heads, c.tokens, some.shape.width]);
  /** Of each head the places of real tokens. */
  const real = (parts: typeof whole, name: string, text: number, tokens: number) => {
    const { heads, width } = some.shape;
    const padded = parts[name]?.dims[2] ?? 0;
    const all = dataOf(parts[name]);
    return Array.from({ length: heads }, (_, head) => {
      const from = (text * heads + head) * padded * width;
      return [...all.subarray(from, from + tokens * width)];
    });
  };
  for (const name of ['keys.0', 'values.1'])
    for (const [text, place] of [
      [a, 2],
      [b, 0],
    ] as const)
      expect(real(mixed, name, place, text.tokens)).toEqual(
        real(whole, name, text.place, text.tokens),
      );
  const { tokens: padded } = c;
  const row = (tokens: number) => Array.from({ length: padded }, (_, i) => (i < tokens ? 1 : 0));
  expect([...dataOf(mixed.mask)]).toEqual([...row(b.tokens), ...row(padded), ...row(a.tokens)]);
});

it('counts a text once that two ask for at the same time', async () => {
  const rows = await rowsOf(texts);
  const shared = await open(1e9);
  const [found] = await Promise.all([shared.read(rows), shared.read(rows)]);
  expect(shared.cachedBytes).toBe(bytesOf(found));
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
