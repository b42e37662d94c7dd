// The text-side step against PyTorch: see tests/golden/make_golden.py for what was computed.
import { expect, it } from 'vitest';
import { readGoldContrast, realTokens } from '../../../../tests/golden/golden';
import { relativeError } from '../../../../tests/relativeError';
import { toyEncoder } from '../../../../tests/toyEncoder';
import { openEncoder } from '../encoders/encoder';
import { linearNames } from '../encoders/graph';
import type { Arithmetic } from '../encoders/int8';
import { lowRankPairs } from '../encoders/lowRank';
import { calibrate } from '../evaluation/calibrate';
import { packedFeeds } from '../evaluation/packedFeeds';
import { ParameterVector } from '../onnx/parameterVector';
import { Session } from '../runtime/session';
import { dataOf, floats, scalar } from '../runtime/tensor';
import { contrastTargets } from './contrast';
import { contrastGraph } from './contrastGraph';
import { contrastFeeds } from './textTuning';

/** The recorded step, taken in float32 or in 8 bits. */
async function takeStep(arithmetic: Arithmetic) {
  const gold = await readGoldContrast();
  const encoder = await openEncoder(toyEncoder);
  const names = Object.keys(gold.trainables);
  const [prefix = ''] = names[0]?.split('.') ?? [];
  const rank = gold.trainables[`${prefix}.0.q.down`]?.shape[1] ?? 0;
  const pairs = lowRankPairs(encoder.config, prefix, linearNames, rank);
  const vector = new ParameterVector(
    names.map((name) => ({ name, shape: gold.trainables[name]?.shape ?? [], rate: 0, decay: 0 })),
  );
  const settings = {
    temperature: gold.temperature,
    longestGradient: 1,
    weights: { contrast: 1, pair: 1, prototype: 1 },
  };
  const maps = arithmetic === 'int8' ? await calibrate(encoder) : null;
  const model = contrastGraph(encoder, pairs, vector, settings, maps);
  const session = await Session.open(model, { provider: 'cpu', weightsFolder: toyEncoder });
  const rows = realTokens(gold);
  const batch = rows.length;
  const targets = contrastTargets(gold.targets.map((target) => [target]));
  const flat = (data: Float32Array) => floats(data, [vector.size]);
  const parameters = new Float32Array(vector.size);
  for (const name of names) vector.view(parameters, name).set(gold.trainables[name]?.data ?? []);
  const zeros = new Float32Array(vector.size);
  const result = await session.run({
    parameters: flat(parameters),
    m: flat(zeros),
    v: flat(zeros),
    rates: flat(zeros),
    decays: flat(zeros),
    rate: scalar(1),
    corrections: floats(Float32Array.of(1, 1), [2]),
    ...packedFeeds(rows, encoder.config.num_attention_heads),
    ...contrastFeeds(targets, batch),
  });
  await session.release();
  return { gold, names, vector, result };
}

it('has the loss, vectors and gradients of PyTorch', async () => {
  const { gold, names, vector, result } = await takeStep('float32');
  expect(Math.abs((dataOf(result.loss)[0] ?? Number.NaN) - gold.loss)).toBeLessThan(1e-5);
  for (const [name, value] of Object.entries(gold.terms))
    expect(Math.abs((dataOf(result[name])[0] ?? Number.NaN) - value), name).toBeLessThan(1e-5);
  expect(relativeError(dataOf(result.vectors), gold.vectors.data)).toBeLessThan(1e-5);
  for (const name of names)
    expect(
      relativeError(vector.view(dataOf(result.gradient), name), gold.gradients[name]?.data ?? []),
      `gradient of ${name}`,
    ).toBeLessThan(1e-4);
});

it('goes in nearly the same direction in 8 bits', async () => {
  const { gold, names, vector, result } = await takeStep('int8');
  expect(relativeError(dataOf(result.vectors), gold.vectors.data)).toBeLessThan(0.05);
  const exact = new Float32Array(vector.size);
  for (const name of names) vector.view(exact, name).set(gold.gradients[name]?.data ?? []);
  const found = dataOf(result.gradient);
  const dot = (a: Float32Array, b: Float32Array) =>
    a.reduce((sum, value, i) => sum + value * (b[i] ?? Number.NaN), 0);
  const cosine = dot(found, exact) / Math.sqrt(dot(found, found) * dot(exact, exact));
  expect(cosine).toBeGreaterThan(0.99);
});
