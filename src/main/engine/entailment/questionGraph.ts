// The question path as a graph of its own in which everything about the task is an input, so one
// session answers any question over one encoder.
import { bertGraph } from '../encoders/bert';
import type { Encoder } from '../encoders/encoder';
import { lowRankAdapter, lowRankVector, type LowRankPair } from '../encoders/lowRank';
import { memoryInputs } from '../encoders/memoryInputs';
import { GraphBuilder } from '../onnx/builder';
import type { Model } from '../onnx/model';
import { questionPath } from './questionPath';
import { entailmentScore } from './score';

/**
 * Inputs: tokens [places, hidden], positions [places] int64, questionMask [places, places], closing
 * [labels, places], head.weight [3, hidden], head.bias [3], logScale [], bias [labels]; keys.n,
 * values.n, mask. Output: scores [batch, labels].
 * `deep` adds the input deep [layers, places, hidden], `pairs` the input lowRank [size].
 */
export function questionGraph(
  encoder: Encoder,
  { deep, pairs }: { deep: boolean; pairs: readonly LowRankPair[] },
): Model {
  const g = new GraphBuilder('question path');
  const { hidden_size: hidden, num_hidden_layers: layers } = encoder.config;
  const vector = lowRankVector(pairs);
  const float = (name: string, shape: readonly (number | string)[]) =>
    g.input(name, 'float32', shape);
  const logits = questionPath(g, bertGraph(g, encoder), {
    tokens: float('tokens', ['places', hidden]),
    positions: g.input('positions', 'int64', ['places']),
    mask: float('questionMask', ['places', 'places']),
    closing: float('closing', ['labels', 'places']),
    memories: memoryInputs(g, encoder),
    ...(deep && { deep: float('deep', [layers, 'places', hidden]) }),
    ...(pairs.length > 0 && {
      adapter: lowRankAdapter(g, pairs, vector.unpack(g, float('lowRank', [vector.size]))),
    }),
    head: { weight: float('head.weight', [3, hidden]), bias: float('head.bias', [3]) },
  });
  const scale = g.exp(float('logScale', []));
  const scores = g.add(g.mul(entailmentScore(g, logits), scale), float('bias', ['labels']));
  return g.model({ scores });
}
