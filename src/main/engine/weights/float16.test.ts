import { expect, it } from 'vitest';
import { decodeBfloat16, decodeFloat16, encodeFloat16 } from './float16';

it('gives every binary16 number back its own bits', () => {
  const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const values = new Float32Array(65536);
  decodeFloat16(bits, values);
  const again = encodeFloat16(values);
  const changed = bits.filter((b, i) => again[i] !== b && !Number.isNaN(values[i]));
  expect(changed).toHaveLength(0);
});

it.each([
  [1, 0x3c00],
  [-2, 0xc000],
  [65504, 0x7bff],
  [65519, 0x7bff],
  [65520, 0x7c00],
  [2 ** -24, 0x0001],
  [2 ** -25, 0x0000], // a tie, to even
  [2 ** -25 * 1.01, 0x0001],
  [3 * 2 ** -25, 0x0002], // a tie, to even
  [2 ** -14 - 2 ** -26, 0x0400], // rounds up into the normal numbers
  [1 + 2 ** -11, 0x3c00], // a tie, to even
  [1 + 3 * 2 ** -11, 0x3c02], // a tie, to even
  [2 - 2 ** -12, 0x4000], // a carry into the exponent
  [-Infinity, 0xfc00],
  [-0, 0x8000],
])('rounds %d to %i', (value, bits) => {
  expect(encodeFloat16(Float32Array.of(value))[0]).toBe(bits);
});

it('reads bfloat16 as the upper half of a float32', () => {
  const out = new Float32Array(4);
  decodeBfloat16(Uint16Array.of(0x3fc0, 0xc010, 0x7f80), out, 1);
  expect([...out]).toEqual([0, 1.5, -2.25, Infinity]);
});
