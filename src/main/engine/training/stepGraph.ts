// One training step as one graph: forward, loss, backward, clip, AdamW. What changes goes in and
// comes out as vectors, so the graph itself holds only the frozen encoder.
import type { TaskKind } from '../../../shared/domain';
import { differentiate } from '../autodiff/differentiate';
import { bertGraph } from '../encoders/bert';
import { additiveMask, type Memory } from '../encoders/attention';
import type { Encoder } from '../encoders/encoder';
import { lowRankAdapter, type LowRankPair } from '../encoders/lowRank';
import { taskLoss } from '../entailment/loss';
import type { Question } from '../entailment/question';
import { closingRows, questionMask } from '../entailment/question';
import { questionPath } from '../entailment/questionPath';
import { entailmentScore } from '../entailment/score';
import { GraphBuilder } from '../onnx/builder';
import type { Model, Value } from '../onnx/model';
import { adamW } from '../optimizer/adamw';
import { clipByNorm } from '../optimizer/clip';
import type { ParameterVector } from '../optimizer/parameters';

export interface StepOptions {
  readonly kind: TaskKind;
  /** Weight of the divergence from the answers before training. */
  readonly divergenceWeight: number;
  readonly longestGradient: number;
  readonly lowRank: readonly LowRankPair[];
}

/** The kept keys and values of a batch of texts as inputs of a graph, with their padding mask. */
export function memoryInputs(g: GraphBuilder, encoder: Encoder): readonly Memory[] {
  const { num_hidden_layers: layers, num_attention_heads: heads, hidden_size } = encoder.config;
  const shape = ['batch', heads, 'text', hidden_size / heads];
  const mask = g.unsqueeze(additiveMask(g, g.input('mask', 'float32', ['batch', 'text'])), [1, 2]);
  return Array.from({ length: layers }, (_, n) => ({
    keys: g.input(`keys.${n}`, 'float32', shape),
    values: g.input(`values.${n}`, 'float32', shape),
    mask,
  }));
}

/**
 * Inputs: parameters, m, v, rates, decays [size]; rate [], corrections [2]; keys.n, values.n, mask;
 * targets, prior [batch, K]; weights [batch]. Outputs: newParameters, newM, newV [size]; loss,
 * taskLoss, divergence []; gradient [size] before clipping.
 */
export function stepGraph(
  encoder: Encoder,
  question: Question,
  vector: ParameterVector,
  options: StepOptions,
): Model {
  const g = new GraphBuilder('training step');
  const flat = (name: string) => g.input(name, 'float32', [vector.size]);
  const parameters = flat('parameters');
  const state = { parameters, m: flat('m'), v: flat('v') };
  const trained = vector.unpack(g, parameters);
  const labels = question.labels.length;
  const perLabel = (name: string) => g.input(name, 'float32', ['batch', labels]);

  const scores = taskScores(
    g,
    encoder,
    question,
    trained,
    options.lowRank,
    memoryInputs(g, encoder),
  );
  const { crossEntropy, divergence } = taskLoss(g, options.kind, {
    scores,
    targets: perLabel('targets'),
    prior: perLabel('prior'),
    weights: g.input('weights', 'float32', ['batch']),
  });
  const loss = g.add(crossEntropy, g.mul(divergence, g.scalar(options.divergenceWeight)));

  const values = vector.parameters.map(({ name }) => valueOf(trained, name));
  const gradient = vector.pack(g, differentiate(g, loss, values));
  const rate = g.mul(flat('rates'), g.input('rate', 'float32', []));
  const corrections = g.input('corrections', 'float32', [2]);
  const next = adamW(g, state, clipByNorm(g, gradient, options.longestGradient), {
    rate,
    decay: flat('decays'),
    corrections,
  });
  return g.model({
    newParameters: next.parameters,
    newM: next.m,
    newV: next.v,
    loss,
    taskLoss: crossEntropy,
    divergence,
    gradient,
  });
}

/** Scores [batch, K] of the labels: log-odds of entailment * exp(logScale) + bias. */
export function taskScores(
  g: GraphBuilder,
  encoder: Encoder,
  question: Question,
  trained: ReadonlyMap<string, Value>,
  lowRank: readonly LowRankPair[],
  memories: readonly Memory[],
): Value {
  const size = question.ids.length;
  const deep = trained.get('deep');
  const logits = questionPath(g, bertGraph(g, encoder), {
    tokens: valueOf(trained, 'tokens'),
    positions: g.integers(question.positions),
    mask: g.constant(questionMask(question), [size, size]),
    closing: g.constant(closingRows(question), [question.labels.length, size]),
    memories,
    ...(deep && { deep }),
    ...(lowRank.length > 0 && {
      adapter: lowRankAdapter(g, lowRank, (name) => valueOf(trained, name)),
    }),
    head: { weight: valueOf(trained, 'head.weight'), bias: valueOf(trained, 'head.bias') },
  });
  const scale = g.exp(valueOf(trained, 'logScale'));
  return g.add(g.mul(entailmentScore(g, logits), scale), valueOf(trained, 'bias'));
}

function valueOf(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (!value) throw new Error(`"${name}" is not among the trained values.`);
  return value;
}
