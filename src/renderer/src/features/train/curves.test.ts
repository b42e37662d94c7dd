import { expect, test } from 'vitest';
import { chartData, curvesOf, describeCurves } from './curves';

const parts = [
  { part: 'words' as const, steps: 3 },
  { part: 'texts' as const, steps: 2 },
  { part: 'check' as const, steps: 2 },
];

test('each part is drawn against its own start, and what only judges is not drawn', () => {
  const curves = curvesOf([2, 1, 0.5, 8, 6, 9, 9], parts);
  expect(curves).toEqual([
    { part: 'words', steps: 3, percent: [100, 50, 25] },
    { part: 'texts', steps: 2, percent: [100, 75] },
  ]);
  expect(chartData(curves, 5)).toEqual([
    [1, 2, 3, 4, 5],
    [100, 50, 25, null, null],
    [null, null, null, 100, 75],
  ]);
  expect(describeCurves(curves)).toMatch(/words of the labels at 25 %.*texts are read at 75 %/);
});

test('a run that has only begun', () => {
  const curves = curvesOf([2], parts);
  expect(chartData(curves, 5)[1]).toEqual([100, null, null, null, null]);
  expect(chartData(curves, 5)[2]).toEqual([null, null, null, null, null]);
  expect(describeCurves(curvesOf([], parts))).toBe('Loss: no step yet');
});
