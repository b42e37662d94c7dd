// Linear maps in 8 bits against the same sums in plain numbers.
import { expect, it } from 'vitest';
import { relativeError } from '../../../../tests/relativeError';
import { differentiate } from '../autodiff/differentiate';
import { createRandom } from '../experts/random';
import { GraphBuilder } from '../onnx/builder';
import { Session } from '../runtime/session';
import { dataOf, floats } from '../runtime/tensor';
import { chosenArithmetic, int8Input, int8Linear, int8Map, type Int8Maps } from './int8';

const [rows, inputs, outputs] = [7, 48, 20];
const random = createRandom(3);
const normal = (size: number) => Float32Array.from({ length: size }, () => random.normal());
/** Columns of very different size, as an encoder has them. */
const size = (column: number) => (column % 11 === 0 ? 25 : 0.5);
const x = normal(rows * inputs).map((value, i) => value * size(i % inputs));
const weight = normal(outputs * inputs).map((value, i) => value * (1 + (i % 3)));
const bias = normal(outputs);
const extreme = (of: (a: number, b: number) => number) =>
  Float32Array.from({ length: inputs }, (_, k) =>
    x.reduce((found, value, i) => (i % inputs === k ? of(found, value) : found), 0),
  );
const input = int8Input(extreme(Math.min), extreme(Math.max));
const map = int8Map(weight, bias, input.factors);
const maps: Int8Maps = { inputOf: () => input, mapOf: () => map };

/** The map's result for `x`, and the gradient of the sum of result * `dy`. */
async function run(x: Float32Array, dy = new Float32Array(rows * outputs)) {
  const g = new GraphBuilder('map');
  const from = g.input('x', 'float32', [rows, inputs]);
  const y = int8Linear(g, maps)(0, 'q', from);
  const loss = g.sumAll(g.mul(y, g.input('dy', 'float32', [rows, outputs])));
  const [dx = from] = differentiate(g, loss, [from]);
  const session = await Session.open(g.model({ y, dx }), { provider: 'cpu' });
  const found = await session.run({
    x: floats(x, [rows, inputs]),
    dy: floats(dy, [rows, outputs]),
  });
  await session.release();
  return { y: dataOf(found.y), dx: dataOf(found.dx) };
}

/** Half to the even number, as ONNX rounds. */
const rounded = (value: number) => {
  const near = Math.round(value);
  return Math.abs(value % 1) === 0.5 && near % 2 !== 0 ? near - 1 : near;
};
const kept = (value: number) => Math.min(255, Math.max(0, value));
const wholeOf = (value: number, k: number) =>
  kept(rounded(Math.fround(value * (input.factors[k] ?? 0)) / input.scale) + input.zero);

/** (whole numbers of x - zero) times whole numbers of the weights, in their scales. */
function plainly(x: Float32Array): number[] {
  return Array.from({ length: rows * outputs }, (_, i) => {
    const [row, j] = [Math.floor(i / outputs), i % outputs];
    let sum = 0;
    for (let k = 0; k < inputs; k++)
      sum +=
        (wholeOf(x[row * inputs + k] ?? 0, k) - input.zero) *
        (map.forward.values[k * outputs + j] ?? 0);
    return sum * input.scale * (map.forward.scales[j] ?? 0) + (bias[j] ?? 0);
  });
}

it('is the sum of whole numbers, and near the map in float32', async () => {
  const { y } = await run(x);
  expect(relativeError(y, plainly(x))).toBeLessThan(1e-5);
  const exact = Array.from({ length: rows * outputs }, (_, i) => {
    const [row, j] = [Math.floor(i / outputs), i % outputs];
    let sum = bias[j] ?? 0;
    for (let k = 0; k < inputs; k++)
      sum += (x[row * inputs + k] ?? 0) * (weight[j * inputs + k] ?? 0);
    return sum;
  });
  expect(relativeError(y, exact)).toBeLessThan(0.02);
});

it('has the same answer at the far ends, where 16 bits just hold two products', async () => {
  const ends = x.map((_, i) => (i % 2 === 0 ? 1e6 : 1e6 * Math.sign(x[i] ?? 1)));
  expect(relativeError((await run(ends)).y, plainly(ends))).toBeLessThan(1e-5);
  expect(map.forward.values.every((value) => Math.abs(value) <= 64)).toBe(true);
  expect(2 * 255 * 64).toBeLessThan(2 ** 15);
});

it('hands gradients back nearly as the map in float32 does', async () => {
  const dy = normal(rows * outputs);
  const { dx } = await run(x, dy);
  const exact = Array.from({ length: rows * inputs }, (_, i) => {
    const [row, k] = [Math.floor(i / inputs), i % inputs];
    let sum = 0;
    for (let j = 0; j < outputs; j++)
      sum += (dy[row * outputs + j] ?? 0) * (weight[j * inputs + k] ?? 0);
    return sum;
  });
  expect(relativeError(dx, exact)).toBeLessThan(0.03);
});

it('is chosen by name', () => {
  expect([chosenArithmetic(''), chosenArithmetic('float32'), chosenArithmetic('int8')]).toEqual([
    'float32',
    'float32',
    'int8',
  ]);
  expect(() => chosenArithmetic('int4')).toThrow('"int4", and there are only float32 and int8');
});
