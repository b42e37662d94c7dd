import { expect, it } from 'vitest';
import { toyEncoder } from '../../../../tests/toyEncoder';
import { openEncoder } from '../encoders/encoder';
import { lowRankVector, textPairs } from '../encoders/lowRank';
import { textRows } from '../tokenization/textRow';
import { tunedVectorsOf } from './classify';
import { Readers } from './readers';

it('lets those finish who read with other ranks before', async () => {
  const encoder = await openEncoder(toyEncoder);
  const readers = new Readers(encoder, 'cpu');
  const texts = Array.from({ length: 300 }, (_, i) => `the parcel came late ${i}`);
  const rows = await textRows(encoder.tokenizer, texts, 32); // several batches
  const read = async (rank: number) => {
    const pairs = textPairs(encoder.config, rank);
    const parameters = new Float32Array(lowRankVector(pairs).size).fill(0.01 * rank);
    return tunedVectorsOf(readers, { pairs, parameters }, rows);
  };
  const alone = [await read(1), await read(2), await read(3)];
  const together = await Promise.all([1, 2, 3, 2, 1, 3].map(read));
  expect(together).toEqual([1, 2, 3, 2, 1, 3].map((rank) => alone[rank - 1]));
  await readers.release();
});
