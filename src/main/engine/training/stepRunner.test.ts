import { expect, it } from 'vitest';
import { GraphBuilder } from '../onnx/builder';
import { ParameterVector } from '../onnx/parameterVector';
import { floats } from '../runtime/tensor';
import { stepParts } from './stepParts';
import { freshSnapshot, StepRunner, type Feeds } from './stepRunner';
import { trainedInput, update } from './update';

/** Weighed squares of x p, over rows of x. */
async function openSquares(): Promise<StepRunner> {
  const g = new GraphBuilder('squares');
  const vector = new ParameterVector([{ name: 'p', shape: [2, 1], rate: 0.1, decay: 0.01 }]);
  const trained = trainedInput(g, vector);
  const y = g.matMul(g.input('x', 'float32', ['batch', 2]), trained.valueOf('p'));
  const loss = g.sumAll(g.mul(g.mul(y, y), g.input('weights', 'float32', ['batch', 1])));
  const model = g.model({ ...update(g, trained, loss, 1, true), loss });
  const start = freshSnapshot(Float32Array.of(1, -2));
  return StepRunner.open(model, vector, start, { provider: 'cpu', weightsFolder: '.' });
}

const rows = [
  [1, 2],
  [-3, 1],
  [0.5, 4],
  [2, 2],
  [1, -1],
];

const feedsOf = (part: readonly (readonly number[])[]): Feeds => ({
  x: floats(Float32Array.from(part.flat()), [part.length, 2]),
  weights: floats(new Float32Array(part.length).fill(1 / rows.length), [part.length, 1]),
});

it('makes the same step whole and in parts', async () => {
  const [whole, parted] = await Promise.all([openSquares(), openSquares()]);
  for (let step = 0; step < 3; step++) {
    const loss = await whole.runParts([feedsOf(rows)], 1);
    const parts = [rows.slice(0, 2), rows.slice(2, 4), rows.slice(4)].map(feedsOf);
    expect(await parted.runParts(parts, 1)).toBeCloseTo(loss, 5);
  }
  const [one, other] = await Promise.all([whole.snapshot(), parted.snapshot()]);
  expect(other.step).toBe(3);
  for (const name of ['parameters', 'm', 'v'] as const)
    one[name].forEach((value, i) => {
      expect(other[name][i]).toBeCloseTo(value, 5);
    });
  expect(one.parameters[0]).not.toBe(1);
  await Promise.all([whole.release(), parted.release()]);
});

it('takes few rows as they are and many in even parts', () => {
  const texts = Array.from({ length: 32 }, (_, i) => i);
  expect(stepParts(texts, 20)).toEqual([texts]);
  const parts = stepParts(texts, 300);
  expect(parts.flat()).toEqual(texts);
  expect(new Set(parts.map(({ length }) => length))).toEqual(new Set([4]));
  expect(stepParts(texts, 5000)).toHaveLength(32);
  expect(stepParts([], 300)).toEqual([]);
});
