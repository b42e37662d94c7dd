import { mkdtemp, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { GraphBuilder } from '../onnx/builder';
import { encodeFloat16 } from '../weights/float16';
import { Session } from './session';
import { feedWeights } from './sharedWeights';
import { dataOf, floats, longs } from './tensor';

/** x W + the chosen row of a table; both lie in "weights" as float16, [2, 2] each. */
function graph() {
  const g = new GraphBuilder('shared');
  const stored = (name: string, offset: number) =>
    g.external(name, 'float16', [2, 2], { location: 'weights', offset, length: 8 });
  const weight = g.cast(stored('w', 0), 'float32');
  const row = g.cast(g.gather(stored('table', 8), g.input('id', 'int64', [1])), 'float32');
  return g.model({ y: g.add(g.matMul(g.input('x', 'float32', [1, 2]), weight), row) });
}

async function folderWith(numbers: readonly number[]): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'shared-'));
  await write(folder, numbers);
  return folder;
}

const write = (folder: string, numbers: readonly number[]) =>
  writeFile(path.join(folder, 'weights'), encodeFloat16(Float32Array.from(numbers)));

it('feeds what a graph casts, and leaves a table where it is', async () => {
  const folder = await folderWith([1, 2, 3, 4, 10, 20, 30, 40]);
  const { model, weights } = await feedWeights(graph(), folder);
  expect(Object.values(weights).map((tensor) => [...dataOf(tensor)])).toEqual([[1, 2, 3, 4]]);
  expect(model.graph.initializers.map(({ name }) => name)).toEqual(['table']);

  const session = await Session.open(graph(), { provider: 'cpu', weightsFolder: folder });
  const { y } = await session.run({
    x: floats(Float32Array.of(1, 1), [1, 2]),
    id: longs(BigInt64Array.of(1n), [1]),
  });
  expect([...dataOf(y)]).toEqual([34, 46]);
  await session.release();
});

it('widens a weight once, and anew when another file is in its place', async () => {
  const folder = await folderWith([1, 2, 3, 4, 0, 0, 0, 0]);
  const [first, second] = [await feedWeights(graph(), folder), await feedWeights(graph(), folder)];
  const of = ({ weights }: typeof first) => Object.values(weights)[0];
  expect(of(first)).toBe(of(second));

  await write(folder, [5, 6, 7, 8, 0, 0, 0, 0, 0]);
  expect([...dataOf(of(await feedWeights(graph(), folder)))]).toEqual([5, 6, 7, 8]);
  expect([...dataOf(of(first))]).toEqual([1, 2, 3, 4]);
});

it('names a file that is missing', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'shared-'));
  await expect(feedWeights(graph(), folder)).rejects.toMatchObject({ code: 'encoder-missing' });
});

it('names a file that has become shorter', async () => {
  const folder = await folderWith([1, 2, 3, 4, 0, 0, 0, 0]);
  await truncate(path.join(folder, 'weights'), 6);
  await expect(feedWeights(graph(), folder)).rejects.toThrow(/weights" is shorter than it was/);
});
