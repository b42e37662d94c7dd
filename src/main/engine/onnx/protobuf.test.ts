import { describe, expect, it } from 'vitest';
import { decode, encode, join, type Fields } from './protobuf';

const inner = { note: [1, 'string'] } satisfies Fields;
const fields = {
  count: [1, 'int'],
  share: [2, 'float'],
  name: [3, 'string'],
  raw: [4, 'bytes'],
  counts: [5, 'ints'],
  shares: [6, 'floats'],
  names: [7, 'strings'],
  one: [8, inner],
  many: [9, [inner]],
} satisfies Fields;

const whole = {
  count: -3,
  share: 0.5,
  name: 'ä',
  raw: Uint8Array.of(1, 2),
  counts: [0, 300, -1],
  shares: [1.5, -2],
  names: ['', 'b'],
  one: { note: 'n' },
  many: [{ note: '1' }, {}],
};

it('reads back what it wrote', () => {
  expect(decode(fields, join(encode(fields, whole)))).toEqual(whole);
});

it('writes more parts than a call takes arguments', () => {
  const outer = { one: [1, fields] } satisfies Fields;
  const one = { many: Array.from({ length: 150_000 }, () => ({ note: 'n' })) };
  expect(decode(outer, join(encode(outer, { one })))).toEqual({ one });
});

it('writes the bytes of the format', () => {
  // From the guide: field 1 as varint 150 is 08 96 01; field 2 as the text "testing" is 12 07 ....
  expect([...join(encode({ a: [1, 'int'] }, { a: 150 }))]).toEqual([0x08, 0x96, 0x01]);
  expect(Buffer.from(join(encode({ b: [2, 'string'] }, { b: 'testing' }))).toString('hex')).toBe(
    '120774657374696e67',
  );
});

it('skips fields that it does not know, of every wire type', () => {
  const stranger = [
    [0x82, 0x7d, 0x02, 0xff, 0xff], // field 2000: two bytes
    [0x80, 0x7d, 0x96, 0x01], // varint
    [0x85, 0x7d, 1, 2, 3, 4], // four bytes
    [0x81, 0x7d, 1, 2, 3, 4, 5, 6, 7, 8], // eight bytes
  ].flat();
  const bytes = Uint8Array.from([...stranger, ...join(encode(fields, whole)), ...stranger]);
  expect(decode(fields, bytes)).toEqual(whole);
});

it('reads lists of numbers that were written one by one', () => {
  const bytes = Uint8Array.of(0x28, 0x01, 0x28, 0x02, 0x35, 0, 0, 0xc0, 0x3f);
  expect(decode(fields, bytes)).toEqual({ counts: [1, 2], shares: [1.5] });
});

describe('refuses', () => {
  it.each([
    ['a text that ends early', [0x1a, 0x05, 0x61]],
    ['a number that ends early', [0x08, 0x80]],
    ['a number of eleven bytes', [0x08, ...new Array<number>(10).fill(0xff), 0x01]],
    ['a number past 53 bits', [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['a negative length', [0x1a, ...new Array<number>(9).fill(0xff), 0x01]],
    ['an unknown wire type', [0x0b]],
    ['a number where a text should be', [0x18, 0x01]],
    ['a text where a number should be', [0x0a, 0x01, 0x61]],
    ['a message where a float should be', [0x12, 0x01, 0x61]],
    ['floats that end in the middle of one', [0x32, 0x05, 0, 0, 0, 0, 0]],
  ])('%s', (_, bytes) => {
    expect(() => decode(fields, Uint8Array.from(bytes))).toThrow(RangeError);
  });
});
