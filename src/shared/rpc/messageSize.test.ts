import { expect, it } from 'vitest';
import { batchBytes, encodeMessage, messageLimitBytes, oneMessage } from './messageSize';

it('refuses a message past the limit, which is one of bytes', () => {
  const frame = encodeMessage({ type: 'value', id: 1, value: '' });
  const room = messageLimitBytes - frame.length;
  const message = (value: string) => ({ type: 'value' as const, id: 1, value });
  expect(encodeMessage(message('x'.repeat(room)))).toHaveLength(messageLimitBytes);
  for (const value of ['x'.repeat(room + 1), 'ž'.repeat(messageLimitBytes / 2)])
    expect(() => encodeMessage(message(value))).toThrow(/^This would be 65 MB at once, and 64 MB/);
});

it('lets items into one message while there is room for them', () => {
  const few = oneMessage(3);
  expect([1, 2, 3, 4].map(few)).toEqual([true, true, true, false]);
  const large = oneMessage(100);
  const third = { text: 'ž'.repeat(batchBytes / 6 - 20) };
  expect([third, third, third, third].map(large)).toEqual([true, true, true, false]);
  expect(oneMessage(100)('x'.repeat(batchBytes + 1))).toBe(true);
});
