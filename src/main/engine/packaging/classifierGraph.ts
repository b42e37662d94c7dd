// The exported classifier as one ordinary graph: input_ids and attention_mask in, logits out. Text
// pass, question path and linear experts are joined and everything learned is a constant.
import type { Encoder } from '../encoders/encoder';
import { bertGraph } from '../encoders/bert';
import type { Adapter } from '../encoders/graph';
import { lowRankAdapter, lowRankVector, updatedMaps } from '../encoders/lowRank';
import { mapsOption, type Int8Maps } from '../encoders/int8';
import { meanVectors, paddedLayout, textPass, unitLength } from '../encoders/textPass';
import { closingRows, questionMask } from '../entailment/question';
import { questionPath } from '../entailment/questionPath';
import { entailmentScore } from '../entailment/score';
import type { Learned, LinearExpert } from '../evaluation/learned';
import type { LowRankState, QuestionState } from '../evaluation/questionState';
import { GraphBuilder } from '../onnx/builder';
import type { Memory } from '../encoders/attention';
import type { Model, Value } from '../onnx/model';

/**
 * Inputs: input_ids, attention_mask [batch, length] int64. Output: logits [batch, labels]; softmax of
 * a row, or sigmoid of each, is the confidence. Weights are external: see `embedWeights`.
 */
export function classifierGraph(
  encoder: Encoder,
  learned: Learned,
  maps: Int8Maps | null = null,
): Model {
  const g = new GraphBuilder('handful classifier');
  const graph = bertGraph(g, encoder);
  const ids = g.input('input_ids', 'int64', ['batch', 'length']);
  const mask = g.cast(g.input('attention_mask', 'int64', ['batch', 'length']), 'float32');
  const layout = paddedLayout(g, ids, mask, graph.heads);
  const { entailment, linear, tuned, bias } = learned;
  const terms: Value[] = [g.constant(bias, [1, bias.length])];

  const { memories, means, states } = textPass(g, graph, layout, mapsOption(g, maps));
  if (linear) terms.push(expertLogits(g, linear, meanVectors(g, means)));
  if (entailment) terms.push(scoresOf(g, graph, entailment, memories));
  if (tuned) {
    const { pairs, parameters } = tuned;
    const vector = lowRankVector(pairs);
    const learned = g.constant(parameters, [vector.size]);
    // Constants are laid out anew for their products, which then add up in another order than in the
    // app. In 8 bits the last bit may decide a rounding: a zero that is known only when the graph runs
    // keeps them as they are.
    const zero = g.mul(g.sumAll(mask), g.scalar(0));
    const valueOf = vector.unpack(g, maps ? g.add(learned, zero) : learned);
    // The layers below the first update have been through this already.
    const layer = Math.min(...pairs.map((pair) => pair.layer));
    const shared = states[layer];
    const beginning = shared ? { layer, states: shared } : null;
    const options = { ...updatedMaps(g, pairs, valueOf, maps), beginning };
    const last = textPass(g, graph, layout, options).means.at(-1);
    if (last) terms.push(expertLogits(g, tuned.expert, unitLength(g, last)));
  }
  // Without any expert the bias still has to be said once for each text.
  const perText = g.mul(g.reduceSum(mask, [1], true), g.scalar(0));
  return g.model({ logits: terms.reduce((sum, term) => g.add(sum, term), perText) });
}

/** The low-rank updates of the question's side as constants. */
function adapterOf(g: GraphBuilder, { pairs, parameters }: LowRankState): Adapter {
  const vector = lowRankVector(pairs);
  return lowRankAdapter(g, pairs, vector.unpack(g, g.constant(parameters, [vector.size])));
}

function expertLogits(
  g: GraphBuilder,
  { weights, dimension }: LinearExpert,
  vectors: Value,
): Value {
  return g.matMul(
    vectors,
    g.swapLast(g.constant(weights, [weights.length / dimension, dimension])),
  );
}

function scoresOf(
  g: GraphBuilder,
  graph: ReturnType<typeof bertGraph>,
  state: QuestionState,
  memories: readonly Memory[],
): Value {
  const { question } = state;
  const places = question.ids.length;
  const labels = question.labels.length;
  const logits = questionPath(g, graph, {
    tokens: g.constant(state.tokens, [places, graph.hidden]),
    positions: g.integers(question.positions),
    mask: g.constant(questionMask(question), [places, places]),
    closing: g.constant(closingRows(question), [labels, places]),
    memories,
    ...(state.deep && { deep: g.constant(state.deep, [graph.layers, places, graph.hidden]) }),
    ...(state.lowRank && { adapter: adapterOf(g, state.lowRank) }),
    head: {
      weight: g.constant(state.headWeight, [3, graph.hidden]),
      bias: g.constant(state.headBias, [3]),
    },
  });
  const scaled = g.mul(entailmentScore(g, logits), g.scalar(Math.exp(state.logScale)));
  return g.add(scaled, g.constant(state.bias, [labels]));
}
