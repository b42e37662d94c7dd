// The text pass in 8 bits over the encoder that comes with Handful: near the one in float32, and the
// same for a text alone, in a batch, and without padding.
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { openEncoder, type Encoder } from '../encoders/encoder';
import type { Int8Maps } from '../encoders/int8';
import { lowRankVector, textPairs } from '../encoders/lowRank';
import { textRows } from '../tokenization/textRow';
import { calibrate } from './calibrate';
import { TextReader } from './textReader';
import { TunedReader } from './tunedReader';

const texts = [
  'why?',
  'Where is my parcel? It should have been here on Monday.',
  'a quiet film that stays with you',
  'word '.repeat(70),
  'The storm closed every port along the coast, and prices rose. '.repeat(12),
];

let encoder: Encoder;
let maps: Int8Maps;
beforeAll(async () => {
  encoder = await openEncoder(path.resolve('resources/encoders/handful-mini'));
  maps = await calibrate(encoder);
});

const rowsOf = (some: readonly string[]) =>
  textRows(encoder.tokenizer, some, encoder.info.maxTextTokens);

async function vectors(some: readonly string[], by: Int8Maps | null): Promise<Float32Array[]> {
  const reader = await TextReader.open(encoder, 'cpu', 0, by);
  const found = await reader.read(await rowsOf(some));
  await reader.release();
  return found.map((memory) => memory.vectors);
}

const distance = (a: Float32Array, b: Float32Array) =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - (b[i] ?? Number.NaN)) ** 2, 0));

it('gives vectors near those in float32', async () => {
  const [exact, found] = [await vectors(texts, null), await vectors(texts, maps)];
  const layers = encoder.config.num_hidden_layers;
  // Each text has a vector of length 1 from every layer.
  found.forEach((vector, i) =>
    expect(distance(vector, exact[i] ?? vector) / Math.sqrt(layers), texts[i]).toBeLessThan(0.15),
  );
  expect(found).not.toEqual(exact);
});

it('says the same of a text whatever is read beside it, padded or packed', async () => {
  const together = await vectors(texts, maps);
  const pairs = textPairs(encoder.config, 1);
  const reader = await TextReader.open(encoder, 'cpu', 0, maps);
  const packed = await TunedReader.open(encoder, pairs, 'cpu', maps);
  const none = new Float32Array(lowRankVector(pairs).size);
  const last = await packed.read(await reader.read(await rowsOf(texts)), none);
  await Promise.all([reader.release(), packed.release()]);
  const { hidden_size: hidden } = encoder.config;
  for (const [i, text] of texts.entries()) {
    const [alone] = await vectors([text], maps);
    const beside = together[i] ?? new Float32Array();
    expect(distance(alone ?? new Float32Array(), beside), text).toBeLessThan(1e-5);
    const own = last.subarray(i * hidden, (i + 1) * hidden);
    expect(distance(own, beside.subarray(-hidden)), text).toBeLessThan(1e-5);
  }
});

it('is the same each time', async () => {
  const again = await calibrate(encoder);
  expect(again.inputOf(5, 'd')).toEqual(maps.inputOf(5, 'd'));
  expect(again.mapOf(2, 'k')).toEqual(maps.mapOf(2, 'k'));
});
