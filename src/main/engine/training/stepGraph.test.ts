// The whole step against PyTorch: see tests/golden/make_golden.py for what was computed.
import { describe, expect, it } from 'vitest';
import {
  goldStepNames,
  readGoldStep,
  realTokens,
  type GoldPart,
  type GoldStep,
  type GoldTensor,
} from '../../../../tests/golden/golden';
import { relativeError } from '../../../../tests/relativeError';
import { toyEncoder } from '../../../../tests/toyEncoder';
import { openEncoder } from '../encoders/encoder';
import { lowRankPairs } from '../encoders/lowRank';
import { textPassGraph } from '../encoders/textPass';
import { layoutQuestion } from '../entailment/question';
import { packedFeeds } from '../evaluation/packedFeeds';
import { adamWCorrections } from '../optimizer/adamw';
import { ParameterVector } from '../onnx/parameterVector';
import { Session } from '../runtime/session';
import { dataOf, floats, scalar, type Tensor } from '../runtime/tensor';
import { stepGraph } from './stepGraph';

const tensorOf = ({ shape, data }: GoldTensor): Tensor => floats(Float32Array.from(data), shape);

/** Smoothed one-hot rows, or the 0 and 1 of each label as they are. */
function targetsOf(gold: GoldStep): Tensor {
  if (gold.kind !== 'single') return tensorOf(gold.targets);
  const labels = gold.labels.length;
  const off = gold.smoothing / labels;
  const rows = gold.targets.flatMap((target) =>
    Array.from({ length: labels }, (_, k) => (k === target ? 1 - gold.smoothing + off : off)),
  );
  return floats(Float32Array.from(rows), [gold.targets.length, labels]);
}

describe.each(goldStepNames)('training step %s', (name) => {
  it('has the loss, the gradients and three AdamW steps of PyTorch', async () => {
    const gold = await readGoldStep(name);
    const encoder = await openEncoder(toyEncoder);
    const question = await layoutQuestion(encoder.tokenizer, {
      kind: gold.kind,
      template: gold.template,
      labels: gold.labels.map((label) => ({ id: label, name: label })),
    });
    const vector = new ParameterVector(
      Object.entries(gold.trainables).map(([parameter, { shape }]) => ({
        name: parameter,
        shape,
        ...gold.optimizer.groups[parameter.split('.')[0] as GoldPart],
      })),
    );
    const factor = Object.entries(gold.trainables).find(([parameter]) =>
      parameter.endsWith('.down'),
    );
    const lowRank = factor
      ? lowRankPairs(encoder.config, 'lowRank', ['q', 'v', 'o', 'i', 'd'], factor[1].shape[1] ?? 0)
      : [];

    const texts = await Session.open(textPassGraph(encoder), {
      provider: 'cpu',
      weightsFolder: toyEncoder,
    });
    const mask = tensorOf(gold.mask);
    const rows = realTokens(gold);
    const { vectors, ...memories } = await texts.run(
      packedFeeds(rows, encoder.config.num_attention_heads),
    );
    expect(vectors?.dims).toEqual([
      gold.ids.shape[0],
      encoder.config.num_hidden_layers * encoder.config.hidden_size,
    ]);

    const model = stepGraph(encoder, question, vector, {
      kind: gold.kind,
      divergenceWeight: gold.divergenceWeight,
      longestGradient: gold.optimizer.clip,
      lowRank,
    });
    const step = await Session.open(model, { provider: 'cpu', weightsFolder: toyEncoder });
    const flat = (data: Float32Array) => floats(data, [vector.size]);
    const initial = new Float32Array(vector.size);
    for (const [parameter, { data }] of Object.entries(gold.trainables))
      vector.view(initial, parameter).set(data);
    const batch = gold.ids.shape[0] ?? 0;
    const fixed = {
      ...memories,
      mask,
      gradientBefore: flat(new Float32Array(vector.size)),
      rates: flat(vector.spread(({ rate }) => rate)),
      decays: flat(vector.spread(({ decay }) => decay)),
      targets: targetsOf(gold),
      prior: tensorOf(gold.zeroShot),
      weights: floats(new Float32Array(batch).fill(1 / batch), [batch]),
    };
    let state = {
      parameters: flat(initial),
      m: flat(new Float32Array(vector.size)),
      v: flat(new Float32Array(vector.size)),
    };
    for (let n = 0; n < 3; n++) {
      const result = await step.run({
        ...fixed,
        ...state,
        rate: scalar(gold.optimizer.rateFactors[n] ?? 1),
        corrections: floats(adamWCorrections(n + 1), [2]),
      });
      expect(dataOf(result.loss)[0]).toBeCloseTo(gold.losses[n] ?? Number.NaN, n === 0 ? 5 : 4);
      if (n === 0) {
        expect(Math.abs((dataOf(result.loss)[0] ?? 0) - gold.loss)).toBeLessThan(1e-5);
        expect(Math.abs((dataOf(result.taskLoss)[0] ?? 0) - gold.taskLoss)).toBeLessThan(1e-5);
        expect(Math.abs((dataOf(result.divergence)[0] ?? 0) - gold.divergence)).toBeLessThan(1e-5);
        for (const [parameter, { data }] of Object.entries(gold.gradients))
          expect(
            relativeError(vector.view(dataOf(result.gradient), parameter), data),
            `gradient of ${parameter}`,
          ).toBeLessThan(1e-4);
      }
      state = {
        parameters: flat(dataOf(result.newParameters)),
        m: flat(dataOf(result.newM)),
        v: flat(dataOf(result.newV)),
      };
      const after = n === 0 ? gold.after1 : n === 2 ? gold.after3 : {};
      for (const [parameter, { data }] of Object.entries(after))
        expect(
          relativeError(
            vector.view(dataOf(state.parameters), parameter),
            data,
            gold.exactZero[parameter],
          ),
          `${parameter} after step ${n + 1}`,
        ).toBeLessThan(1e-3);
    }
    await Promise.all([texts.release(), step.release()]);
  });
});
