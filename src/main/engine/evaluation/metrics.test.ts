import { expect, it } from 'vitest';
import {
  accuracy,
  calibrationError,
  confusion,
  countCorrect,
  countLabels,
  f1,
  macroF1,
} from './metrics';

// Single: true 0 0 0 1 1 2, given 0 0 1 1 2 2.
const truth = [[0], [0], [0], [1], [1], [2]];
const given = [[0], [0], [1], [1], [2], [2]];

it('counts single answers', () => {
  expect(countCorrect(given, truth)).toBe(4);
  expect(accuracy(given, truth)).toBeCloseTo(4 / 6, 12);
  const counts = countLabels(given, truth, 3);
  expect(counts).toEqual([
    { examples: 3, found: 2, wronglyGiven: 0 },
    { examples: 2, found: 1, wronglyGiven: 1 },
    { examples: 1, found: 1, wronglyGiven: 1 },
  ]);
  // Label 0: precision 1, recall 2/3. Label 1: 1/2, 1/2. Label 2: 1/2, 1.
  expect(counts.map(f1)).toEqual([0.8, 0.5, 2 / 3]);
  expect(macroF1(counts)).toBeCloseTo((0.8 + 0.5 + 2 / 3) / 3, 12);
  expect(confusion(given, truth, 3)).toEqual([
    [2, 1, 0],
    [0, 1, 1],
    [0, 0, 1],
  ]);
});

it('counts answers of several labels, in any order', () => {
  const several = [[0, 1], [], [2], [0, 2]];
  const answers = [[1, 0], [], [2, 1], [0]];
  expect(countCorrect(answers, several)).toBe(2);
  expect(countLabels(answers, several, 3)).toEqual([
    { examples: 2, found: 2, wronglyGiven: 0 },
    { examples: 1, found: 1, wronglyGiven: 1 },
    { examples: 2, found: 1, wronglyGiven: 0 },
  ]);
});

it('counts yes and no', () => {
  const answers = [[0], [0], [], []];
  expect(accuracy(answers, [[0], [], [0], []])).toBe(0.5);
  expect(countLabels(answers, [[0], [], [0], []], 1)).toEqual([
    { examples: 2, found: 1, wronglyGiven: 1 },
  ]);
});

it('leaves a label that never occurs out of the mean', () => {
  const counts = countLabels([[0], [0]], [[0], [0]], 3);
  expect(macroF1(counts)).toBe(1);
  expect(macroF1(countLabels([[1]], [[0]], 3))).toBe(0);
});

it('has no score for nothing', () => {
  expect(accuracy([], [])).toBeNaN();
  expect(macroF1(countLabels([], [], 2))).toBeNaN();
  expect(calibrationError([], [])).toBeNaN();
});

it('finds how far confidence is off', () => {
  // 0.9 x 5 with 3 right: off by 0.3 on 5 of 10; 0.65 x 5 with 4 right: off by 0.15 on the other 5.
  const confidence = [0.95, 0.9, 0.9, 0.9, 0.85, 0.65, 0.65, 0.65, 0.65, 0.65];
  const right = [true, true, true, false, false, true, true, true, true, false];
  // At 5 bins 0.85 to 0.95 share one; at 10 they fall into 0.8 to 0.9 (one, wrong) and 0.9 to 1 (four).
  expect(calibrationError(confidence, right, 5)).toBeCloseTo(0.5 * 0.3 + 0.5 * 0.15, 12);
  expect(calibrationError(confidence, right)).toBeCloseTo(
    0.1 * 0.85 + 0.4 * Math.abs(3.65 / 4 - 3 / 4) + 0.5 * 0.15,
    12,
  );
  expect(calibrationError([1, 1, 0], [true, true, false])).toBe(0);
});
