// Three steps of teaching against PyTorch: see tests/golden/make_teaching.py for what was computed.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { GoldTensor, GoldTensors } from '../../../../tests/golden/golden';
import { relativeError } from '../../../../tests/relativeError';
import { toyEncoder } from '../../../../tests/toyEncoder';
import { openEncoder, weightsFile } from '../encoders/encoder';
import { floats } from '../runtime/tensor';
import { openSafetensors } from '../weights/safetensors';
import { defaultTeaching } from './recipe';
import { readTaught, taughtTensors } from './taughtTensors';
import { teachingFeeds } from './teachingBatch';
import { stateInput, teachingGraph } from './teachingGraph';
import { layOutRows } from './teachingRow';
import { TeachingRunner } from './teachingRunner';
import type { Answer } from './teachingSets';

interface GoldTeaching {
  readonly asked: readonly {
    readonly text: string;
    readonly template: string;
    readonly hypotheses: readonly (readonly [string, Answer])[];
    readonly ranked: boolean;
  }[];
  readonly labelsWeight: number;
  readonly distillationWeight: number;
  readonly rate: number;
  readonly decay: number;
  readonly clip: number;
  readonly base: GoldTensor;
  readonly loss: number;
  readonly terms: Readonly<Record<string, number>>;
  readonly gradients: GoldTensors;
  readonly losses: readonly number[];
}

async function setUp() {
  const file = path.join(import.meta.dirname, '../../../../tests/golden/teaching.json');
  const gold = JSON.parse(await readFile(file, 'utf8')) as GoldTeaching;
  const encoder = await openEncoder(toyEncoder);
  const tensors = taughtTensors(encoder);
  const weights = await openSafetensors(path.join(toyEncoder, weightsFile));
  const state = new Map<string, Float32Array>();
  for (const tensor of tensors)
    state.set(stateInput('parameter', tensor.name), await readTaught(weights, tensor, 1));
  await weights.close();
  const asked = gold.asked.map(({ text, template, hypotheses, ranked }) => ({
    text,
    template,
    hypotheses: hypotheses.map(([words, answer]) => ({ words, answer })),
    isRanked: ranked,
    isFromEnd: false,
  }));
  const rows = await layOutRows(encoder.tokenizer, asked, 64);
  const feeds = {
    ...teachingFeeds(rows, encoder.config.num_attention_heads, gold.labelsWeight),
    base: floats(Float32Array.from(gold.base.data), gold.base.shape),
  };
  const open = (longestGradient: number) => {
    const weightsOf = { ...defaultTeaching.weights, distillation: gold.distillationWeight };
    const recipe = { ...defaultTeaching, decay: gold.decay, longestGradient, weights: weightsOf };
    const model = teachingGraph(encoder, tensors, [], recipe);
    const options = { provider: 'cpu', weightsFolder: toyEncoder } as const;
    return TeachingRunner.open(model, tensors, { state, step: 0 }, options);
  };
  return { gold, tensors, feeds, open };
}

it('has the loss, its terms and every gradient of PyTorch', async () => {
  const { gold, tensors, feeds, open } = await setUp();
  const runner = await open(1e9); // nothing is clipped
  const terms = await runner.run(feeds, 0);
  expect(Math.abs((terms.get('loss') ?? Number.NaN) - gold.loss)).toBeLessThan(1e-5);
  for (const [term, value] of Object.entries(gold.terms))
    expect(Math.abs((terms.get(term) ?? Number.NaN) - value), term).toBeLessThan(1e-5);
  const state = await runner.state();
  for (const { name, shape } of tensors) {
    expect(gold.gradients[name]?.shape, name).toEqual(shape);
    // After one step from zero the first moment is a tenth of the gradient.
    const gradient = (state.get(stateInput('m', name)) ?? new Float32Array()).map((m) => m * 10);
    const expected = gold.gradients[name]?.data ?? [];
    // Keys' biases change no answer: their gradients are 0 but for rounding.
    if (name.endsWith('self.key.bias'))
      expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-6);
    else expect(relativeError(gradient, expected), name).toBeLessThan(1e-4);
  }
  await runner.release();
});

it('takes the steps of PyTorch', async () => {
  const { gold, feeds, open } = await setUp();
  const runner = await open(gold.clip);
  for (const [step, loss] of gold.losses.entries()) {
    const terms = await runner.run(feeds, gold.rate);
    expect(Math.abs((terms.get('loss') ?? Number.NaN) - loss), `step ${step}`).toBeLessThan(1e-4);
  }
  await runner.release();
});
