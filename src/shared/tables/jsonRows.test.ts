import { describe, expect, it } from 'vitest';
import { readTable } from './readTable';

const utf8 = (text: string) => new TextEncoder().encode(text);
const read = (text: string, name: string) => readTable(utf8(text), name);
const refusal = (bytes: Uint8Array, name: string): Promise<unknown> =>
  readTable(bytes, name).then(
    () => null,
    (thrown: unknown) => thrown,
  );

describe('JSON', () => {
  it('lines: the union of keys, nested objects, lists, other values', async () => {
    const table = await read(
      '{"text":"a b","label":["x"]}\n\n{"text":"c","score":1.5,"meta":{"by":"me"},"label":["x","y"]}\n{"text":null,"ok":true}\n',
      'set.jsonl',
    );
    expect(table.format).toBe('jsonl');
    expect(table.columns).toEqual(['text', 'label', 'score', 'meta.by', 'ok']);
    expect(table.rows).toEqual([
      ['a b', 'x', '', '', ''],
      ['c', 'x;y', '1.5', 'me', ''],
      ['', '', '', '', 'true'],
    ]);
  });

  it.each([
    ['a list', '[{"text":"one"},\n{"text":"two"}]', 'set.json'],
    ['a list under a wrong name', '[{"text":"one"},{"text":"two"}]', 'set.txt'],
    ['a list of strings', '["one", "two"]', 'set.json'],
    [
      'a list inside an object',
      '{"version": 1, "data": [{"text":"one"},{"text":"two"}]}',
      'set.json',
    ],
    ['lines under a wrong name', '{"text":"one"}\n{"text":"two"}\n', 'set.json'],
  ])('%s', async (_, text, name) => {
    expect(await read(text, name)).toMatchObject({ columns: ['text'], rows: [['one'], ['two']] });
  });

  it.each([
    ['set.jsonl', '{"text":"one"}\n{"text":"two"}\n{"text":"thr\n', 3],
    ['set.json', '[\n{"text":"one"},\n{"text":"a ] , b"},\n{"text":two},\n{"text":"3"}]', 4],
    ['set.json', '[{"text":"one"},\n{"text":"two"}', 2],
    ['set.json', '[\n{"text":"one"},\n{"text":"two"},\n]', 4],
    ['set.json', '[\n{"text":"one"}\n{"text":"two"}\n]', 2],
    ['set.json', '[\n{"text":"one"}\n]\nmore\n', 3],
  ])('%s that is broken names the line', async (name, text, line) => {
    expect(await refusal(utf8(text), name)).toMatchObject({
      code: 'bad-table',
      message: expect.stringContaining(`"${name}" is broken at line ${line}:`) as string,
    });
  });

  it('a text that merely begins like JSON is text', async () => {
    const table = await read('[sigh] it broke\n[sigh] it broke twice\n', 'notes.txt');
    expect(table.rows).toHaveLength(2);
  });
});
