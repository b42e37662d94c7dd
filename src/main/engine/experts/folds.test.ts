import { expect, it } from 'vitest';
import { assignFolds, normalizeText } from './folds';

const distinct = (count: number) => Array.from({ length: count }, (_, i) => `text ${i}`);

/** How many texts of a label lie in each fold. */
function spread(
  folds: Int32Array,
  labels: readonly (readonly number[])[],
  label: number,
  count: number,
) {
  const counts = new Array<number>(count).fill(0);
  folds.forEach((fold, i) => {
    if (labels[i]?.includes(label)) counts[fold] = (counts[fold] ?? 0) + 1;
  });
  return counts;
}

it('spreads every label evenly, and the texts too', () => {
  const labels = Array.from({ length: 46 }, (_, i) => [i < 16 ? 0 : i < 40 ? 1 : 2]);
  const folds = assignFolds(distinct(46), labels, 4, 1);
  expect(spread(folds, labels, 0, 4)).toEqual([4, 4, 4, 4]);
  expect(spread(folds, labels, 1, 4)).toEqual([6, 6, 6, 6]);
  expect(spread(folds, labels, 2, 4).sort()).toEqual([1, 1, 2, 2]);
});

it('spreads several labels of a text, and texts without any', () => {
  const labels = Array.from({ length: 40 }, (_, i) =>
    [i % 2 ? [] : [0], i % 5 ? [] : [1], i % 4 === 3 ? [2] : []].flat(),
  );
  const folds = assignFolds(distinct(40), labels, 4, 3);
  expect(spread(folds, labels, 0, 4)).toEqual([5, 5, 5, 5]);
  expect(spread(folds, labels, 1, 4)).toEqual([2, 2, 2, 2]);
  for (const count of spread(folds, labels, 2, 4)) expect(Math.abs(count - 2.5)).toBeLessThan(1);
  const unlabelled = labels.map((own) => (own.length === 0 ? [9] : []));
  for (const count of spread(folds, unlabelled, 9, 4))
    expect(Math.abs(count - 2)).toBeLessThanOrEqual(1);
});

it('keeps texts that read the same in one fold', () => {
  const texts = distinct(30);
  texts[3] = 'My parcel is late!';
  texts[17] = '  my PARCEL is  late ';
  texts[29] = '“My parcel is late…”';
  const labels = texts.map((_, i) => [i % 3]);
  for (let seed = 0; seed < 20; seed++) {
    const folds = assignFolds(texts, labels, 5, seed);
    expect([folds[17], folds[29]]).toEqual([folds[3], folds[3]]);
  }
});

it('tells texts of nothing but punctuation apart', () => {
  expect(normalizeText('?!')).toBe('?!');
  expect(normalizeText(' :) ')).not.toBe(normalizeText(':('));
});

it('follows from the seed alone', () => {
  const labels = distinct(50).map((_, i) => [i % 3]);
  const of = (seed: number) => assignFolds(distinct(50), labels, 4, seed);
  expect(of(5)).toEqual(of(5));
  expect(of(5)).not.toEqual(of(6));
});

it.each([
  ['one text', ['a'], [[0]]],
  ['no text', [], []],
  ['a label with one text', ['a', 'b', 'c', 'd', 'e'], [[0], [0], [0], [0], [1]]],
  ['the same text under every label', ['a', 'a', 'a'], [[0], [1], [2]]],
  ['nothing labelled', ['a', 'b', 'c'], [[], [], []]],
])('manages %s', (_, texts, labels) => {
  const folds = assignFolds(texts, labels, 4, 0);
  expect(folds).toHaveLength(texts.length);
  expect(folds.every((fold) => fold >= 0 && fold < 4)).toBe(true);
});
