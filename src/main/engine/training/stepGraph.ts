// One training step as one graph: forward, loss, backward, clip, AdamW. What changes goes in and
// comes out as vectors, so the graph itself holds only the frozen encoder.
import type { TaskKind } from '../../../shared/domain';
import { bertGraph } from '../encoders/bert';
import type { Encoder } from '../encoders/encoder';
import { lowRankAdapter, type LowRankPair } from '../encoders/lowRank';
import { memoryInputs } from '../encoders/memoryInputs';
import { taskLoss } from '../entailment/loss';
import { groupLabels, tokenRows } from '../entailment/labelGroups';
import type { Question } from '../entailment/question';
import { questionPath } from '../entailment/questionPath';
import { entailmentScore } from '../entailment/score';
import { GraphBuilder } from '../onnx/builder';
import type { Model, Value } from '../onnx/model';
import type { ParameterVector } from '../onnx/parameterVector';
import { trainedInput, update, type Trained } from './update';

export interface StepOptions {
  readonly kind: TaskKind;
  /** Weight of the divergence from the answers before training. */
  readonly divergenceWeight: number;
  readonly longestGradient: number;
  readonly lowRank: readonly LowRankPair[];
}

/**
 * Inputs: those of `update` in parts; keys.n, values.n, mask; targets, prior [batch, K]; weights [batch].
 * Outputs: those of `update`; loss, taskLoss, divergence [].
 */
export function stepGraph(
  encoder: Encoder,
  question: Question,
  vector: ParameterVector,
  options: StepOptions,
): Model {
  const g = new GraphBuilder('training step');
  const trained = trainedInput(g, vector);
  const perLabel = (name: string) => g.input(name, 'float32', ['batch', question.labels.length]);
  const { crossEntropy, divergence } = taskLoss(g, options.kind, {
    scores: taskScores(g, encoder, question, trained, options.lowRank),
    targets: perLabel('targets'),
    prior: perLabel('prior'),
    weights: g.input('weights', 'float32', ['batch']),
  });
  const loss = g.add(crossEntropy, g.mul(divergence, g.scalar(options.divergenceWeight)));
  const updated = update(g, trained, loss, options.longestGradient, true);
  return g.model({ ...updated, loss, taskLoss: crossEntropy, divergence });
}

/** Scores [batch, K] of the labels: log-odds of entailment * exp(logScale) + bias. */
function taskScores(
  g: GraphBuilder,
  encoder: Encoder,
  question: Question,
  { vector, valueOf }: Trained,
  lowRank: readonly LowRankPair[],
): Value {
  const asked = groupLabels(question);
  const { groups, places, labels } = asked;
  const each = groups === 1 ? [] : [groups];
  const rows = g.constant(tokenRows(asked, question), [...each, places, question.ids.length]);
  const logits = questionPath(g, bertGraph(g, encoder), {
    tokens: g.matMul(rows, valueOf('tokens')),
    positions: g.reshape(g.integers(asked.positions), [...each, places]),
    mask: g.constant(asked.mask, [...each, places, places]),
    closing: g.constant(asked.closing, [...each, labels, places]),
    memories: memoryInputs(g, encoder),
    ...(vector.has('deep') && {
      deep: g.matMul(rows, groups === 1 ? valueOf('deep') : g.unsqueeze(valueOf('deep'), [1])),
    }),
    ...(lowRank.length > 0 && { adapter: lowRankAdapter(g, lowRank, valueOf) }),
    head: { weight: valueOf('head.weight'), bias: valueOf('head.bias') },
  });
  const order = g.constant(asked.order, [question.labels.length, groups * labels]);
  const inOrder = g.matMul(order, g.reshape(logits, ['batch', groups * labels, 3]));
  const scale = g.exp(valueOf('logScale'));
  return g.add(g.mul(entailmentScore(g, inOrder), scale), valueOf('bias'));
}
