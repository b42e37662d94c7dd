// Many texts through a classifier with all its experts: order, windows, cut texts, memory, abort.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { relativeError } from '../../../../tests/relativeError';
import { sampleLearned } from '../../../../tests/sampleLearned';
import { toyEncoder } from '../../../../tests/toyEncoder';
import type { Prediction, Text } from '../../../shared/domain';
import { openEncoder } from '../encoders/encoder';
import type { Learned } from './learned';
import { predict, predictTexts } from './predict';
import { Readers } from './readers';

const cacheBytes = 2 ** 20;
const never = new AbortController().signal;

let readers: Readers;
let learned: Learned;
beforeAll(async () => {
  const encoder = await openEncoder(toyEncoder);
  readers = new Readers(encoder, 'cpu', cacheBytes);
  learned = await sampleLearned(encoder, 'single');
});
afterAll(() => readers.release());

const words = ['parcel', 'late', 'great', 'refund', 'slow', 'card', 'help', 'love', 'why?', 'bug'];
/** Text number n: 1 to 12 words, all its own. */
const textOf = (n: number): Text => ({
  id: `t${n}`,
  text: Array.from(String(n))
    .flatMap((digit) => new Array<string>(1 + (n % 2)).fill(words[Number(digit)] ?? ''))
    .join(' '),
});
function* textsTo(count: number): Generator<Text> {
  for (let n = 0; n < count; n++) yield textOf(n);
}

async function all(texts: Iterable<Text>): Promise<Prediction[][]> {
  const windows: Prediction[][] = [];
  for await (const window of predict(readers, learned, texts, never)) windows.push(window);
  return windows;
}

it('answers in the order of the texts, some at a time', async () => {
  const windows = await all(textsTo(3000));
  expect(windows.map(({ length }) => length)).toEqual([32, 128, 512, 1024, 1024, 280]);
  expect(windows.flat().map(({ id }) => id)).toEqual([...textsTo(3000)].map(({ id }) => id));
});

it('says of a text what it would say of it alone', async () => {
  const together = (await all(textsTo(200))).flat();
  for (const n of [0, 7, 31, 32, 155, 199]) {
    const [alone] = await predictTexts(readers, learned, [textOf(n)], never);
    expect(relativeError(together[n]?.confidence ?? [], alone?.confidence ?? [])).toBeLessThan(
      1e-5,
    );
  }
});

it('takes no more texts than it is about to answer', async () => {
  let taken = 0;
  function* counted() {
    for (const text of textsTo(1000)) {
      taken++;
      yield text;
    }
  }
  for await (const window of predict(readers, learned, counted(), never)) {
    expect(window).toHaveLength(32);
    expect(taken).toBe(32);
    break;
  }
});

it('answers nothing with nothing', async () => {
  expect(await all([])).toEqual([]);
});

it('tells which texts were cut, and by how much', async () => {
  const long = { id: 'long', text: 'parcel '.repeat(50) };
  const [short, cut, empty] = await predictTexts(
    readers,
    learned,
    [textOf(3), long, { id: 'empty', text: '' }],
    never,
  );
  expect(short).not.toHaveProperty('cut');
  expect(cut?.cut).toEqual({ tokens: 52, kept: 32 });
  expect(empty?.cut).toBeUndefined();
  expect(empty?.confidence).toHaveLength(3);
});

describe('an abort', () => {
  it('stops before the next window', async () => {
    const abort = new AbortController();
    const windows: Prediction[][] = [];
    const reading = async () => {
      for await (const window of predict(readers, learned, textsTo(5000), abort.signal)) {
        windows.push(window);
        abort.abort();
      }
    };
    await expect(reading()).rejects.toMatchObject({ code: 'cancelled' });
    expect(windows).toHaveLength(1);
  });

  it('stops inside a window, between two batches', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 5);
    await expect(
      predictTexts(readers, learned, [...textsTo(20_000)], abort.signal),
    ).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('memory', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const usedMiB = async () => {
    for (let n = 0; n < 3; n++) {
      collectGarbage();
      await new Promise((resolve) => setImmediate(resolve)); // buffers are given back a turn later
    }
    const { heapUsed, external } = process.memoryUsage(); // `external` holds the buffers, too
    return (heapUsed + external) / 2 ** 20;
  };
  const count = 100_000;

  it('does not grow over 100,000 texts', { timeout: 300_000 }, async () => {
    const measured: number[] = [];
    let answered = 0;
    for await (const window of predict(readers, learned, textsTo(count), never)) {
      answered += window.length;
      if (answered > (measured.length * count) / 20) measured.push(await usedMiB());
    }
    expect(answered).toBe(count);
    expect(measured).toHaveLength(20);
    // The first texts also fill the cache. A single answer kept for each text would be 10 MiB.
    const early = Math.min(...measured.slice(1, 8));
    const late = Math.min(...measured.slice(12));
    expect(late - early, measured.map((mib) => mib.toFixed(1)).join(' ')).toBeLessThan(2);
    expect(Math.max(...measured)).toBeLessThan(early + 32);
  });
});
