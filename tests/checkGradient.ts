// Test support: every rule is held against centred finite differences.
import { expect } from 'vitest';
import { GraphBuilder } from '../src/main/engine/onnx/builder';
import type { Value } from '../src/main/engine/onnx/model';
import { Session } from '../src/main/engine/runtime/session';
import { dataOf, floats, longs, scalar, type Tensor } from '../src/main/engine/runtime/tensor';
import { differentiate } from '../src/main/engine/autodiff/differentiate';

export interface Sample {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Reproducible numbers away from 0, so that kinks (Abs, Relu, Max) are not stepped over. */
export function sample(shape: readonly number[], seed: number, positive = false): Sample {
  const size = shape.reduce((product, dim) => product * dim, 1);
  let state = seed * 7919 + 17;
  const next = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const data = Float32Array.from({ length: size }, () => {
    const magnitude = 0.2 + 1.3 * next();
    return positive || next() < 0.5 ? magnitude : -magnitude;
  });
  return { shape, data };
}

/** The sample on a grid of 0.1, moved by `offset`: two of them with other offsets are never close. */
export const onGrid = ({ shape, data }: Sample, offset: number): Sample => ({
  shape,
  data: data.map((x) => Math.round(x * 10) / 10 + offset),
});

/**
 * Asserts that the gradients of sum(weights * f(inputs)) equal finite differences, for fixed uneven
 * weights. Float32 leaves about four digits: the tolerance is 5e-3 of the largest gradient.
 */
export async function expectGradientsToMatch(
  f: (g: GraphBuilder, ...inputs: Value[]) => Value,
  samples: readonly Sample[],
  indices?: { shape: readonly number[]; data: readonly number[] },
): Promise<void> {
  const g = new GraphBuilder('check');
  const inputs = samples.map(({ shape }, i) => g.input(`x${i}`, 'float32', shape));
  const extra = indices ? [g.input('indices', 'int64', indices.shape)] : [];
  const y = f(g, ...inputs, ...extra);
  const size = y.shape.reduce<number>((product, dim) => product * Number(dim), 1);
  const weights = sample(y.shape.map(Number), 99 + size);
  const loss = g.sumAll(g.mul(y, g.constant(weights.data, weights.shape)));
  const gradients = differentiate(g, loss, inputs);
  gradients.forEach((gradient, i) => {
    expect(gradient.shape, `shape of the gradient of input ${i}`).toEqual(samples[i]?.shape);
  });
  const outputs = Object.fromEntries(gradients.map((gradient, i) => [`d${i}`, gradient]));
  const session = await Session.open(g.model({ loss, ...outputs }), { provider: 'cpu' });
  const feedsOf = (values: readonly Sample[]): Record<string, Tensor> => ({
    ...Object.fromEntries(
      values.map(({ shape, data }, i) => [
        `x${i}`,
        data.length === 1 && shape.length === 0 ? scalar(data[0] ?? 0) : floats(data, shape),
      ]),
    ),
    ...(indices && { indices: longs(BigInt64Array.from(indices.data.map(BigInt)), indices.shape) }),
  });
  const fed = (feeds: Record<string, Tensor>) =>
    Object.fromEntries(Object.entries(feeds).filter(([name]) => session.inputs.includes(name)));
  const lossAt = async (values: readonly Sample[]) =>
    dataOf((await session.run(fed(feedsOf(values)))).loss)[0] ?? Number.NaN;

  const analytic = await session.run(fed(feedsOf(samples)));
  for (const [i, { shape, data }] of samples.entries()) {
    const got = dataOf(analytic[`d${i}`]);
    const wanted = new Float32Array(data.length);
    const step = 1e-2;
    for (let at = 0; at < data.length; at++) {
      const moved = (by: number) =>
        samples.map((other, j) =>
          j === i ? { shape, data: data.map((x, k) => (k === at ? x + by : x)) } : other,
        );
      wanted[at] = ((await lossAt(moved(step))) - (await lossAt(moved(-step)))) / (2 * step);
    }
    const largest = Math.max(1, ...wanted.map(Math.abs));
    for (let at = 0; at < data.length; at++)
      expect(
        Math.abs((got[at] ?? Number.NaN) - (wanted[at] ?? 0)),
        `input ${i}, element ${at}: ${got[at] ?? 'none'} instead of ${wanted[at] ?? 0}`,
      ).toBeLessThan(5e-3 * largest);
  }
  await session.release();
}
