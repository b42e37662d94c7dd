import { expect, it } from 'vitest';
import { padBatch } from './padBatch';

it('pads to the longest row', () => {
  expect(padBatch([[1, 2, 3], Int32Array.of(4), []], 9)).toEqual({
    ids: BigInt64Array.of(1n, 2n, 3n, 4n, 9n, 9n, 9n, 9n, 9n),
    mask: Float32Array.of(1, 1, 1, 1, 0, 0, 0, 0, 0),
    width: 3,
  });
});

it('makes an empty batch of no rows', () => {
  expect(padBatch([], 0)).toEqual({
    ids: new BigInt64Array(0),
    mask: new Float32Array(0),
    width: 0,
  });
});
