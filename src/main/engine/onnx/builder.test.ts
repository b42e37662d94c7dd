// Shapes and names as the builder infers them, held against what ONNX Runtime computes.
import { describe, expect, it } from 'vitest';
import { Session } from '../runtime/session';
import { dataOf, floats, longs, type Tensor } from '../runtime/tensor';
import { GraphBuilder } from './builder';
import type { Shape, Value } from './model';
import { writeModel } from './write';

const ramp = (shape: readonly number[]): Tensor =>
  floats(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i + 1),
    shape,
  );

async function run(
  g: GraphBuilder,
  outputs: Record<string, Value>,
  feeds: Record<string, Tensor>,
): Promise<Record<string, Tensor>> {
  const session = await Session.open(g.model(outputs), { provider: 'cpu' });
  try {
    return await session.run(feeds);
  } finally {
    await session.release();
  }
}

describe('shape errors', () => {
  const graph = () => {
    const g = new GraphBuilder('errors');
    return { g, x: g.input('x', 'float32', ['batch', 3]), w: g.input('w', 'float32', [4, 5]) };
  };
  it.each<[string, (p: ReturnType<typeof graph>) => unknown, RegExp]>([
    ['MatMul', ({ g, x, w }) => g.matMul(x, w), /MatMul of "x" and "w": \[batch, 3\] x \[4, 5\]/],
    ['Add', ({ g, x, w }) => g.add(x, w), /Add of "x" and "w": shapes \[batch, 3\] and \[4, 5\]/],
    ['Reshape', ({ g, x }) => g.reshape(x, ['batch', 4]), /Reshape of "x": \[batch, 3\] cannot/],
    ['two open sizes', ({ g, x }) => g.reshape(x, [3, 'batch', 1]), /^$/],
    ['a missing axis', ({ g, x }) => g.transpose(x, [0, 2]), /\[batch, 3\] has no axis 2/],
    ['Concat', ({ g, x, w }) => g.concat([x, w], 0), /Concat of "x" and "w".*\[4, 5\]/],
    ['Where', ({ g, x, w }) => g.where(g.greater(x, x), x, w), /Where of ".+", "x" and "w"/],
    ['Pad', ({ g, x }) => g.pad(x, [1, 0], [0, 0]), /Pad of "x": the size of axis 0 is unknown/],
    ['Slice', ({ g, w }) => g.slice(w, 0, 2, 9), /Slice of "w": .*2 to 9.*\[4, 5\]/],
    ['a second input', ({ g }) => g.input('x', 'float32', []), /already has an input "x"/],
    ['nothing', ({ g }) => g.concat([], 0), /Nothing to concatenate/],
    ['integersOf', ({ g, x }) => g.integersOf(x), /"x" is no constant of integers/],
  ])('%s', (name, build, message) => {
    const p = graph();
    if (name === 'two open sizes') {
      expect(build(p)).toMatchObject({ shape: [3, 'batch', 1] });
      return;
    }
    expect(() => build(p)).toThrow(message);
    expect(() => build(p)).toThrow(expect.objectContaining({ code: 'bad-graph' }) as Error);
  });
});

describe('sizes that are known only at run time', () => {
  it('keeps names in their places, and finds one that follows from the rest', async () => {
    const g = new GraphBuilder('reshape');
    const x = g.input('x', 'float32', ['batch', 'text', 4]);
    const rows = g.reshape(x, ['batch*text', 4]);
    const grid = g.reshape(rows, ['batch*text', 2, 2]);
    const heads = g.reshape(x, ['batch', 'text', 2, 2]);
    const found = await run(g, { rows, grid, heads }, { x: ramp([2, 3, 4]) });
    expect(found.rows?.dims).toEqual([6, 4]);
    expect(found.grid?.dims).toEqual([6, 2, 2]);
    expect(found.heads?.dims).toEqual([2, 3, 2, 2]);
    expect(rows.shape).toEqual(['batch*text', 4]);
  });

  it('asks for sizes that cannot be told beforehand', async () => {
    const g = new GraphBuilder('like');
    const x = g.input('x', 'float32', ['batch*text', 4]);
    const like = g.input('like', 'float32', ['batch', 'text', 4]);
    expect(() => g.reshape(x, like.shape)).toThrow(/more than one size/);
    const y = g.reshapeLike(x, like);
    const found = await run(g, { y }, { x: ramp([6, 4]), like: ramp([2, 3, 4]) });
    expect(found.y?.dims).toEqual([2, 3, 4]);
    expect(dataOf(found.y)).toEqual(dataOf(ramp([6, 4])));
  });

  it('adds and multiplies names into one size', () => {
    const g = new GraphBuilder('names');
    const x = g.input('x', 'float32', ['b', 'a', 2]);
    expect(g.reshape(x, ['2*a*b']).shape).toEqual(['2*a*b']);
    const one = g.input('one', 'float32', ['n', 2]);
    const two = g.input('two', 'float32', [3, 2]);
    expect(g.concat([one, two], 0).shape).toEqual(['n+3', 2]);
  });
});

describe('every shape that is inferred is the one that comes out', () => {
  it('', async () => {
    const g = new GraphBuilder('shapes');
    const x = g.input('x', 'float32', ['batch', 'text', 4]);
    const row = g.input('row', 'float32', [4]);
    const ids = g.input('ids', 'int64', ['batch']);
    const norm = g.layerNormalization(x, row, row, 1e-5);
    const outputs: Record<string, Value> = {
      add: g.add(x, row),
      matMul: g.matMul(x, g.swapLast(x)),
      transpose: g.transpose(x, [2, 0, 1]),
      unsqueeze: g.unsqueeze(x, [0, -1]),
      squeeze: g.squeeze(g.unsqueeze(x, [1]), [1]),
      slice: g.slice(x, -1, 1, 3),
      pad: g.pad(x, [0, 0, 1], [0, 0, 2]),
      concat: g.concat([x, x], -1),
      gather: g.gather(row, ids),
      range: g.cast(g.rangeOf(x, 1), 'float32'),
      sum: g.reduceSum(x, [0, -1]),
      mean: g.reduceMean(x, [1], true),
      all: g.sumAll(x),
      expand: g.expandLike(row, x),
      where: g.where(g.greater(x, row), x, g.scalar(0)),
      y: norm.y,
      normMean: norm.mean,
    };
    const sizes: Record<string, number> = { batch: 2, text: 3 };
    const feeds = {
      x: ramp([2, 3, 4]),
      row: ramp([4]),
      ids: longs(BigInt64Array.of(0n, 3n), [2]),
    };
    const found = await run(g, outputs, feeds);
    const known = (shape: Shape) =>
      shape.map((dim) => (typeof dim === 'number' ? dim : (sizes[dim] ?? Number.NaN)));
    for (const [name, { shape }] of Object.entries(outputs))
      expect(found[name]?.dims, name).toEqual(known(shape));
  });
});

describe('the finished model', () => {
  const build = () => {
    const g = new GraphBuilder('pruned');
    const x = g.input('x', 'float32', [2]);
    g.input('idle', 'float32', [2]);
    g.external('far', 'float32', [2], { location: 'f', offset: 0, length: 8 });
    g.add(x, g.constant(Float32Array.of(7, 8), [2]));
    const y = g.scope('part', () => g.mul(g.add(x, g.scalar(1)), g.scalar(1)));
    return g.model({ y });
  };

  it('leaves out what the outputs do not need', () => {
    const { graph } = build();
    expect(graph.nodes.map(({ name }) => name)).toEqual(['part/Add_0', 'part/Mul_0']);
    expect(graph.inputs.map(({ name }) => name)).toEqual(['x']);
    // Equal constants are one.
    expect(graph.initializers.map(({ shape }) => shape)).toEqual([[]]);
  });

  it('says the shape of everything in between, products of unknown sizes too', () => {
    const g = new GraphBuilder('shapes');
    const x = g.input('x', 'float32', ['batch', 3, 4]);
    const flat = g.reshape(x, ['3*batch', 4]);
    const { graph } = g.model({ y: g.reduceSum(g.exp(flat), [1]) });
    const { values } = graph;
    expect(values.map(({ shape }) => shape)).toEqual([
      ['3*batch', 4],
      ['3*batch', 4],
    ]);
    expect(graph.outputs.map(({ name }) => name)).toEqual(['y']);
  });

  it('is the same to the byte', () => {
    expect(writeModel(build())).toEqual(writeModel(build()));
  });

  it('leaves out the last outputs of a node where nobody reads them', () => {
    const norm = (wanted: 'y' | 'mean') => {
      const g = new GraphBuilder('norm');
      const one = g.constant(Float32Array.of(1, 1), [2]);
      const made = g.layerNormalization(g.input('x', 'float32', [3, 2]), one, one, 1e-5);
      return g.model({ wanted: made[wanted] }).graph.nodes.map(({ outputs }) => outputs);
    };
    expect(norm('y')).toEqual([['wanted']]);
    expect(norm('mean')).toEqual([['LayerNormalization_0', 'wanted']]);
  });

  it('may name a value that others need, too', async () => {
    const g = new GraphBuilder('between');
    const y = g.add(g.input('x', 'float32', [2]), g.scalar(1));
    const found = await run(g, { z: g.add(y, y), y, again: y }, { x: ramp([2]) });
    expect(dataOf(found.again)).toEqual(dataOf(found.y));
    expect(dataOf(found.z)).toEqual(dataOf(found.y).map((value) => 2 * value));
  });

  it('may name an input, or one value twice, as its outputs', async () => {
    const g = new GraphBuilder('through');
    const x = g.input('x', 'float32', [2]);
    const found = await run(g, { y: x, z: x }, { x: ramp([2]) });
    expect([dataOf(found.y), dataOf(found.z)]).toEqual([dataOf(ramp([2])), dataOf(ramp([2]))]);
  });

  it('keeps a constant as it was when it was made', () => {
    const g = new GraphBuilder('copy');
    const numbers = Float32Array.of(1, 2);
    const y = g.constant(numbers, [2]);
    numbers.fill(0);
    const [constant] = g.model({ y }).graph.initializers;
    expect(constant?.data).toEqual(new Uint8Array(Float32Array.of(1, 2).buffer));
  });
});
