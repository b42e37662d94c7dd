import { expect, it } from 'vitest';
import { toyEncoder } from '../../../../tests/toyEncoder';
import { loadTokenizer } from '../tokenization/tokenizer';
import { layOutRows, sees } from './teachingRow';

const ask = (text: string, isFromEnd = false) => ({
  text,
  template: 'it is',
  hypotheses: [
    { words: 'very good', answer: 'entailment' as const },
    { words: 'bad', answer: 'not_entailment' as const },
  ],
  isRanked: true,
  isFromEnd,
});

it('lays out text, template and hypotheses, each hypothesis as if it were alone', async () => {
  const tokenizer = await loadTokenizer(toyEncoder);
  const [row] = await layOutRows(tokenizer, [ask('great app')], 64);
  if (!row) throw new Error('There is a row.');
  expect(row.positions).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 4, 2, 3]);
  expect(row.closings).toEqual([8, 10]);
  expect([0, 3, 8, 10].map((place) => row.ids[place])).toEqual([
    tokenizer.clsId,
    tokenizer.sepId,
    tokenizer.sepId,
    tokenizer.sepId,
  ]);
  const seen = (place: number) =>
    row.ids.flatMap((_, other) => (sees(row, place, other) ? [other] : []));
  expect(seen(1)).toEqual([0, 1, 2, 3]);
  expect(seen(4)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(seen(7)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(seen(10)).toEqual([0, 1, 2, 3, 4, 5, 9, 10]);
});

it('cuts a long text behind, or in front where asked', async () => {
  const tokenizer = await loadTokenizer(toyEncoder);
  const text = 'good bad great slow fast';
  const ids = await tokenizer.encode(text);
  const [front, end] = await layOutRows(tokenizer, [ask(text), ask(text, true)], 5);
  expect(front?.ids.slice(1, 4)).toEqual(ids.slice(0, 3));
  expect(end?.ids.slice(1, 4)).toEqual(ids.slice(-3));
  expect(front?.textTokens).toBe(5);
});
