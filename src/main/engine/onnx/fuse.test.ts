import { expect, it } from 'vitest';
import { Session } from '../runtime/session';
import { dataOf, floats, type Tensor } from '../runtime/tensor';
import { GraphBuilder } from './builder';
import { fuse } from './fuse';
import type { Model, Value } from './model';
import { writeModel } from './write';

const wave = (shape: readonly number[], at = 1): Tensor =>
  floats(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) =>
      Math.sin(at * i + at),
    ),
    shape,
  );

const operators = (model: Model): string[] => model.graph.nodes.map(({ opType }) => opType).sort();

/** What a graph over inputs of these shapes becomes; checked to compute the same as before. */
async function fused(
  shapes: readonly (readonly number[])[],
  build: (g: GraphBuilder, x: (i: number) => Value) => Record<string, Value>,
): Promise<string[]> {
  const g = new GraphBuilder('test');
  const inputs = shapes.map((shape, i) => g.input(`x${i}`, 'float32', shape));
  const input = (i: number): Value => {
    const value = inputs[i];
    if (!value) throw new Error(`There is no input ${i}.`);
    return value;
  };
  const model = g.model(build(g, input));
  const after = fuse(model);
  const feeds = Object.fromEntries(
    shapes.flatMap((shape, i) =>
      model.graph.inputs.some(({ name }) => name === `x${i}`)
        ? [[`x${i}`, wave(shape, i + 1)]]
        : [],
    ),
  );
  const [expected, found] = await Promise.all(
    [model, after].map(async (each) => {
      // As bytes, so that nothing is fused on the way.
      const session = await Session.open(writeModel(each), { provider: 'cpu' });
      const outputs = await session.run(feeds);
      await session.release();
      return outputs;
    }),
  );
  expect(Object.keys(found ?? {})).toEqual(Object.keys(expected ?? {}));
  for (const [name, tensor] of Object.entries(expected ?? {})) {
    expect(found?.[name]?.dims).toEqual(tensor.dims);
    const values = dataOf(found?.[name]);
    dataOf(tensor).forEach((value, i) => expect(values[i]).toBeCloseTo(value, 5));
  }
  return operators(after);
}

type Build = Parameters<typeof fused>[1];
const products: [string, number[], number[], Build, string[]][] = [
  [
    'takes transposes and factors into a product of matrices',
    [3, 4],
    [5, 3],
    (g, x) => ({
      y: g.matMul(g.swapLast(g.mul(x(0), g.scalar(0.5))), g.mul(g.swapLast(x(1)), g.scalar(3))),
    }),
    ['Gemm'],
  ],
  [
    'takes them into a product of many matrices',
    [2, 3, 4],
    [2, 5, 4],
    (g, x) => ({ y: g.matMul(g.mul(x(0), g.scalar(0.5)), g.swapLast(x(1))) }),
    ['FusedMatMul'],
  ],
  [
    'leaves a transpose that moves other axes',
    [2, 3, 4],
    [3, 4, 2],
    (g, x) => ({ y: g.matMul(g.transpose(x(0), [1, 0, 2]), x(1)) }),
    ['MatMul', 'Transpose'],
  ],
];
it.each(products)('%s', async (_, a, b, build, operators) => {
  expect(await fused([a, b], build)).toEqual(operators);
});

it.each([
  ['of the same shape', [2, 4]],
  ['for each column', [4]],
  ['for each row', [2, 1]],
])('begins a sum with what is added to it, %s', async (_, shape) => {
  const product = (g: GraphBuilder, x: (i: number) => Value) => ({
    y: g.add(x(2), g.matMul(x(0), x(1))),
  });
  expect(await fused([[2, 3], [3, 4], shape], product)).toEqual(['Gemm']);
});

it('adds up several products one into the other', async () => {
  const made = await fused(
    [
      [2, 3],
      [3, 4],
      [2, 5],
      [5, 4],
    ],
    (g, x) => ({
      y: g.add(g.add(g.matMul(x(0), x(1)), g.matMul(x(2), x(3))), g.matMul(x(0), g.exp(x(1)))),
    }),
  );
  expect(made).toEqual(['Exp', 'Gemm', 'Gemm', 'MatMul']);
});

it('keeps a product that is read by others, or is smaller than the sum', async () => {
  const twice = await fused(
    [
      [2, 3],
      [3, 4],
      [2, 4],
    ],
    (g, x) => {
      const product = g.matMul(x(0), x(1));
      return { y: g.add(product, x(2)), z: g.exp(product) };
    },
  );
  expect(twice).toEqual(['Add', 'Exp', 'MatMul']);
  const output = await fused(
    [
      [2, 3],
      [3, 4],
      [2, 4],
    ],
    (g, x) => {
      const product = g.matMul(x(0), x(1));
      return { y: g.add(product, x(2)), product };
    },
  );
  expect(output).toEqual(['Add', 'MatMul']);
  const small = await fused(
    [
      [1, 3],
      [3, 4],
      [2, 4],
    ],
    (g, x) => ({
      y: g.add(g.matMul(x(0), x(1)), x(2)),
    }),
  );
  expect(small).toEqual(['Add', 'MatMul']);
});

it('computes equal things once, but gives each output its name', async () => {
  const made = await fused([[2, 3]], (g, x) => ({
    y: g.add(g.exp(x(0)), g.mul(g.exp(x(0)), g.exp(x(0)))),
    z: g.reduceSum(x(0), [0]),
    w: g.reduceSum(x(0), [0]),
    v: g.reduceSum(x(0), [1]),
  }));
  expect(made).toEqual(['Add', 'Exp', 'Mul', 'ReduceSum', 'ReduceSum', 'ReduceSum']);
});
