import { describe, expect, it } from 'vitest';
import type { GraphBuilder } from '../../onnx/builder';
import type { Value } from '../../onnx/model';
import { expectGradientsToMatch, onGrid, sample } from '../../../../../tests/checkGradient';
import { rules } from './index';

/** Shapes to fear: scalars, ones in the middle, one side longer than the other. */
const broadcasts: [readonly number[], readonly number[]][] = [
  [[], []],
  [[3], []],
  [[], [2, 3]],
  [[1], [3]],
  [
    [2, 3],
    [2, 3],
  ],
  [
    [4, 5],
    [2, 3, 4, 5],
  ],
  [
    [2, 1, 1, 5],
    [1, 3, 4, 1],
  ],
  [
    [2, 3, 4],
    [3, 1],
  ],
  [
    [1, 1],
    [3, 2, 1],
  ],
];

const binaries = ['add', 'sub', 'mul', 'div'] as const;
describe.each(binaries)('%s', (op) => {
  it.each(broadcasts)('%j with %j', async (a, b) => {
    await expectGradientsToMatch(
      (g, x, y) => g[op](x, y),
      [sample(a, 3), sample(b, 5, op === 'div')],
    );
  });
});

describe.each(['max', 'min'] as const)('%s', (op) => {
  it.each(broadcasts)('%j with %j', async (a, b) => {
    await expectGradientsToMatch(
      (g, x, y) => g[op](x, y),
      [onGrid(sample(a, 3), 0), onGrid(sample(b, 5), 0.05)],
    );
  });
});

const unaries = [
  'neg',
  'exp',
  'erf',
  'tanh',
  'sigmoid',
  'relu',
  'abs',
  'softplus',
  'gelu',
  'identity',
] as const;
it.each(unaries)('%s', async (op) => {
  await expectGradientsToMatch((g, x) => g[op](x), [sample([2, 3], 11)]);
});

it.each(['log', 'sqrt', 'reciprocal'] as const)('%s of positive numbers', async (op) => {
  await expectGradientsToMatch((g, x) => g[op](x), [sample([2, 3], 13, true)]);
});

it('where, with both branches broadcast', async () => {
  await expectGradientsToMatch(
    (g, x, a, b) => g.where(g.less(x, g.scalar(0)), g.mul(a, x), b),
    [sample([2, 3], 1), sample([3], 2), sample([2, 1], 3)],
  );
});

const products: [readonly number[], readonly number[]][] = [
  [
    [2, 3],
    [3, 4],
  ],
  [
    [1, 3],
    [3, 1],
  ],
  [
    [5, 2, 3],
    [3, 4],
  ],
  [
    [2, 2, 2, 3],
    [3, 4],
  ],
  [
    [2, 5, 2, 3],
    [2, 5, 3, 4],
  ],
  [
    [1, 2, 3],
    [4, 3, 2],
  ],
  [
    [2, 3],
    [4, 3, 2],
  ],
  [
    [2, 1, 2, 3],
    [1, 3, 3, 2],
  ],
];
it.each(products)('matMul of %j and %j', async (a, b) => {
  await expectGradientsToMatch((g, x, y) => g.matMul(x, y), [sample(a, 3), sample(b, 4)]);
});

it.each([[[3, 5]], [[5]], [[1, 5]], [[3, 1]], [[]]])('gemm with %j added', async (c) => {
  const [a, b, added] = [sample([3, 4], 3), sample([4, 5], 4), sample(c, 5)];
  await expectGradientsToMatch((g, x, y, z) => g.gemm(x, y, z), [a, b, added]);
  await expectGradientsToMatch(
    (g, x, y, z) => g.gemm(x, g.swapLast(y), z),
    [a, sample([5, 4], 4), added],
  );
});

type Unary = (g: GraphBuilder, x: Value) => Value;
const shapeCases: [string, readonly number[], Unary][] = [
  ['reshape', [2, 6], (g, x) => g.reshape(x, [3, 4])],
  ['reshape to a scalar', [1, 1], (g, x) => g.reshape(x, [])],
  ['transpose', [2, 3, 4], (g, x) => g.transpose(x, [2, 0, 1])],
  ['transpose twice', [2, 3], (g, x) => g.swapLast(g.swapLast(x))],
  ['unsqueeze', [2, 3], (g, x) => g.unsqueeze(x, [0, -1])],
  ['squeeze', [1, 2, 1], (g, x) => g.squeeze(x, [0, 2])],
  ['expandLike', [3, 1], (g, x) => g.expandLike(x, g.constant(new Float32Array(24), [2, 3, 4]))],
  ['slice in the middle', [4, 3], (g, x) => g.slice(x, 0, 1, 3)],
  ['slice at the end', [2, 5], (g, x) => g.slice(x, -1, 3, 5)],
  ['pad', [2, 3], (g, x) => g.pad(x, [1, 0], [0, 2])],
  ['cast to float', [2], (g, x) => g.cast(x, 'float32')],
  ['softmax', [3, 4], (g, x) => g.softmax(x, -1)],
  ['softmax on the first axis', [3, 4], (g, x) => g.softmax(x, 0)],
  ['softmax of one', [2, 1], (g, x) => g.softmax(x, -1)],
];
for (const op of ['reduceSum', 'reduceMean', 'reduceMax'] as const)
  for (const keep of [true, false])
    for (const axes of [[0], [-1], [0, 2], [0, 1, 2]])
      shapeCases.push([
        `${op} over ${axes.join()}, keep ${keep}`,
        [2, 3, 4],
        (g, x) => g[op](x, axes, keep),
      ]);
it.each(shapeCases)('%s', async (_name, shape, f) => {
  await expectGradientsToMatch((g, x) => f(g, x), [sample(shape, 21)]);
});

it.each([0, 1, -1])('concat on axis %i, one value used twice', async (axis) => {
  await expectGradientsToMatch(
    (g, x, y) => g.concat([x, y, x], axis),
    [sample([2, 2, 2], 1), sample([2, 2, 2], 2)],
  );
});

it.each([
  [0, [4, 3], { shape: [3], data: [1, 1, 3] }],
  [0, [4, 3], { shape: [2, 2], data: [0, 2, 2, 2] }],
  [1, [2, 4, 3], { shape: [3], data: [3, 0, 3] }],
  [-1, [2, 4], { shape: [2], data: [0, 0] }],
] as const)('gather on axis %i of %j', async (axis, shape, indices) => {
  await expectGradientsToMatch((g, x, i) => g.gather(x, i, axis), [sample(shape, 8)], indices);
});

it.each([[[2, 4]], [[2, 3, 4]], [[1, 8]]])('layerNormalization of %j', async (shape) => {
  const size = shape.at(-1) ?? 1;
  await expectGradientsToMatch(
    (g, x, scale, bias) => g.layerNormalization(x, scale, bias, 1e-5).y,
    [sample(shape, 31), sample([size], 32), sample([size], 33)],
  );
});

it('withGradient: the gradient that is given counts, and nothing flows through the operators', async () => {
  await expectGradientsToMatch(
    (g, x) => g.withGradient(x, g.mul(x, g.detach(x)), (dy) => g.mul(dy, g.mul(x, g.scalar(2)))),
    [sample([2, 3], 5)],
  );
});

it('scatterAdd has no rule, and says which node needed one', async () => {
  await expect(
    expectGradientsToMatch(
      (g, x, i) => g.scatterAdd(x, i, g.constant(new Float32Array(3), [1, 3])),
      [sample([2, 3], 1)],
      {
        shape: [1, 1],
        data: [0],
      },
    ),
  ).rejects.toThrow(/No gradient rule for "ScatterND" \(node "ScatterND_0"\), needed for "x0"/);
});

it('has a rule for every operator that the builder can emit, but for jumps and scatters', () => {
  expect(Object.keys(rules).sort()).toMatchInlineSnapshot(`
    [
      "Abs",
      "Add",
      "Cast",
      "Concat",
      "Div",
      "Erf",
      "Exp",
      "Expand",
      "Gather",
      "Gelu",
      "Gemm",
      "Identity",
      "LayerNormalization",
      "Log",
      "MatMul",
      "Max",
      "Min",
      "Mul",
      "Neg",
      "Pad",
      "Reciprocal",
      "ReduceMax",
      "ReduceMean",
      "ReduceSum",
      "Relu",
      "Reshape",
      "Sigmoid",
      "Slice",
      "Softmax",
      "Softplus",
      "Sqrt",
      "Squeeze",
      "Sub",
      "Tanh",
      "Transpose",
      "Unsqueeze",
      "Where",
    ]
  `);
});
