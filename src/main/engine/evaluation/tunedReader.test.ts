import { expect, it } from 'vitest';
import { relativeError } from '../../../../tests/relativeError';
import { toyEncoder } from '../../../../tests/toyEncoder';
import { openEncoder } from '../encoders/encoder';
import { firstTunedLayer, lowRankVector, textPairs } from '../encoders/lowRank';
import { textRows } from '../tokenization/textRow';
import { tunedVectorsOf } from './classify';
import { Readers } from './readers';

it('reads the same from the shared layers on as from the words on', async () => {
  const encoder = await openEncoder(toyEncoder);
  expect(firstTunedLayer(encoder.config)).toBeGreaterThan(0);
  const readers = new Readers(encoder, 'cpu');
  const texts = ['the parcel came late', '', 'word '.repeat(20)];
  const rows = await textRows(encoder.tokenizer, texts, 32);

  const upper = textPairs(encoder.config, 2);
  const small = lowRankVector(upper);
  const parameters = Float32Array.from({ length: small.size }, (_, i) => Math.sin(i) / 3);
  const all = textPairs(encoder.config, 2, 0);
  expect(all.length).toBeGreaterThan(upper.length);
  const large = lowRankVector(all);
  const padded = new Float32Array(large.size); // no update below the first tuned layer
  for (const { name } of small.parameters)
    large.view(padded, name).set(small.view(parameters, name));

  const fromStates = await tunedVectorsOf(readers, { pairs: upper, parameters }, rows);
  const fromWords = await tunedVectorsOf(readers, { pairs: all, parameters: padded }, rows);
  expect(relativeError(fromStates, fromWords)).toBeLessThan(1e-5);
  const untuned = new Float32Array(small.size);
  const before = await tunedVectorsOf(readers, { pairs: upper, parameters: untuned }, rows);
  expect(relativeError(before, fromWords)).toBeGreaterThan(0.01);
  await readers.release();
});
