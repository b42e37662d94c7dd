import { describe, expect, it } from 'vitest';
import { PythonRandom } from './pythonRandom';

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

// Written by CPython 3.11: random.Random(seed), then sample(range(n), count) one after the other.
const drawn: readonly [seed: number, ...samples: readonly [n: number, drawn: number[]][]][] = [
  [
    0,
    [30, [27, 12, 24, 13, 1, 8, 16, 15]],
    [500, [207, 470, 401, 424, 155, 495, 244, 183, 298, 456, 464, 111, 258, 71, 144, 386]],
    [1821, [194, 1266, 1637, 513, 1090]],
    [84, [77, 18, 39, 12, 9, 42, 60, 71, 80, 45, 55, 40, 26, 70, 61, 56]],
  ],
  [
    12345,
    [30, [13, 23, 0, 26, 25, 9, 11, 6]],
    [500, [138, 289, 223, 82, 191, 63, 447, 221, 133, 287, 321, 89, 313, 283, 95, 181]],
    [1821, [1511, 1500, 186, 1087, 1506]],
    [84, [52, 74, 64, 21, 18, 26, 9, 24, 43, 41, 3, 58, 75, 73, 65, 53]],
  ],
];

describe('PythonRandom', () => {
  it.each(drawn)('draws what Python draws with seed %i', (seed, ...samples) => {
    const random = new PythonRandom(seed);
    for (const [n, expected] of samples)
      expect(random.sample(range(n), expected.length)).toEqual(expected);
  });

  it('says when there are too few', () => {
    expect(() => new PythonRandom(0).sample([1, 2], 3)).toThrow('3 cannot be drawn from 2');
  });
});
