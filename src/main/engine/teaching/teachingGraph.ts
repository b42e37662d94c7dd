// A step of intermediate training: the encoder learns to answer hypotheses about texts, while its mean
// text vectors stay near those of the base (distillation, Hinton et al. 2015).
import { differentiate } from '../autodiff/differentiate';
import { attention } from '../encoders/attention';
import { bertGraph } from '../encoders/bert';
import type { Encoder } from '../encoders/encoder';
import { lowRankAdapter, type LowRankPair } from '../encoders/lowRank';
import { meanVectors, packedInputs, textPass } from '../encoders/textPass';
import { entailmentScore, logSumExp } from '../entailment/score';
import { GraphBuilder } from '../onnx/builder';
import type { Model, Value } from '../onnx/model';
import { adamW } from '../optimizer/adamw';
import { clipAllByNorm } from '../optimizer/clip';
import type { TeachingRecipe } from './recipe';
import type { Taught } from './taughtTensors';

/** Names of the inputs and outputs that carry the state of a taught tensor between steps. */
export const stateNames = ['parameter', 'm', 'v'] as const;
export const stateInput = (kind: (typeof stateNames)[number], name: string) => `${kind}.${name}`;
export const stateOutput = (kind: (typeof stateNames)[number], name: string) =>
  `new.${kind}.${name}`;

interface Reading {
  /** Entailment, neutral, contradiction of every hypothesis: [read, 3]. */
  readonly logits: Value;
  /** Mean vectors of the compared texts in all layers, each of length 1: [compared, layers * hidden]. */
  readonly vectors: Value;
}

/** The encoder over rows of teaching; adds the inputs that say where everything lies. */
function readRows(
  g: GraphBuilder,
  encoder: Encoder,
  taught: (name: string) => Value | undefined,
  pairs: readonly LowRankPair[],
): Reading {
  const graph = bertGraph(g, encoder, taught);
  const layout = packedInputs(g, graph.heads, 'compared');
  const kinds = g.input('kinds', 'int64', ['tokens']);
  const see = g.input('see', 'float32', ['batch', 1, 'text', 'text']);
  const attend = (_n: number, q: Value, k: Value, v: Value) => {
    const memory = { keys: layout.toHeads(k), values: layout.toHeads(v), mask: see };
    return layout.fromHeads(attention(g, layout.toHeads(q), [memory]));
  };
  const adapter = lowRankAdapter(g, pairs, (name) => {
    const value = taught(name);
    if (!value) throw new Error(`"${name}" is not taught.`);
    return value;
  });
  const means: Value[] = [];
  let x = graph.embed(graph.words(layout.ids), layout.positions, kinds);
  for (let n = 0; n < graph.layers; n++) {
    x = graph.layer(n, x, attend, { adapter });
    means.push(layout.mean(x));
  }
  const closing = g.input('closing', 'float32', ['read', 'tokens']);
  const { weight, bias } = graph.head();
  const logits = g.add(g.matMul(g.matMul(closing, x), g.swapLast(weight)), bias);
  return { logits, vectors: meanVectors(g, means) };
}

/** Adds an input for each taught tensor; linear maps are handed out as the encoder stores them. */
function taughtInputs(g: GraphBuilder, tensors: readonly Taught[]) {
  const inputs = new Map(
    tensors.map(({ name, shape }) => [
      name,
      g.input(stateInput('parameter', name), 'float32', shape),
    ]),
  );
  const turned = new Set(tensors.filter(({ isTurned }) => isTurned).map(({ name }) => name));
  const taught = (name: string): Value | undefined => {
    const value = inputs.get(name);
    return value && turned.has(name) ? g.swapLast(value) : value;
  };
  return { inputs, taught };
}

/** [read] scores as log-odds of entailment. */
const scoresOf = (g: GraphBuilder, logits: Value): Value =>
  g.squeeze(entailmentScore(g, g.unsqueeze(logits, [0])), [0]);

/**
 * Inputs: `parameter.`, `m.` and `v.` + name of each taught tensor; those of `teachingFeeds`; base
 * [compared, layers * hidden], the base's mean vectors; rate [], corrections [2]. Outputs: the three with
 * `new.` before; loss and its terms pair, ranking and distillation [].
 */
export function teachingGraph(
  encoder: Encoder,
  tensors: readonly Taught[],
  pairs: readonly LowRankPair[],
  recipe: TeachingRecipe,
): Model {
  const g = new GraphBuilder('teaching step');
  const { inputs, taught } = taughtInputs(g, tensors);
  const { logits, vectors } = readRows(g, encoder, taught, pairs);
  const { weights } = recipe;

  // -log(sum of the probabilities of what the answer allows)
  const allowed = g.add(logits, g.input('allowed', 'float32', ['read', 3]));
  const missed = g.squeeze(g.sub(logSumExp(g, logits), logSumExp(g, allowed)), [1]);
  const pair = g.sumAll(g.mul(missed, g.input('pairWeights', 'float32', ['read'])));

  const scores = g.unsqueeze(scoresOf(g, logits), [0]);
  const candidates = g.add(scores, g.input('candidates', 'float32', ['groups', 'read']));
  const right = g.reduceSum(g.mul(scores, g.input('right', 'float32', ['groups', 'read'])), [1]);
  const outranked = g.sub(g.squeeze(logSumExp(g, candidates), [1]), right);
  const ranking = g.sumAll(g.mul(outranked, g.input('rankingWeights', 'float32', ['groups'])));

  const { num_hidden_layers: layers, hidden_size: hidden } = encoder.config;
  const base = g.input('base', 'float32', ['compared', layers * hidden]);
  const likeness = g.reduceMean(g.reduceSum(g.mul(vectors, base), [1]), [0]);
  const distillation = g.sub(g.scalar(1), g.mul(likeness, g.scalar(1 / layers)));

  const loss = [
    g.mul(ranking, g.scalar(weights.ranking)),
    g.mul(distillation, g.scalar(weights.distillation)),
  ].reduce((a, b) => g.add(a, b), pair);

  const names = tensors.map(({ name }) => name);
  const parameters = names.map((name) => inputs.get(name)).filter((value) => value !== undefined);
  const gradients = clipAllByNorm(g, differentiate(g, loss, parameters), recipe.longestGradient);
  const rate = g.input('rate', 'float32', []);
  const corrections = g.input('corrections', 'float32', [2]);
  const outputs: Record<string, Value> = { loss, pair, ranking, distillation };
  parameters.forEach((parameter, i) => {
    const [name, gradient] = [names[i] ?? '', gradients[i]];
    if (!gradient) return;
    const moment = (kind: 'm' | 'v') => g.input(stateInput(kind, name), 'float32', parameter.shape);
    // Norms, biases and the rest that is no matrix are not drawn to zero.
    const decay = g.scalar(parameter.shape.length === 2 ? recipe.decay : 0);
    const state = { parameters: parameter, m: moment('m'), v: moment('v') };
    const next = adamW(g, state, gradient, { rate, decay, corrections });
    outputs[stateOutput('parameter', name)] = next.parameters;
    outputs[stateOutput('m', name)] = next.m;
    outputs[stateOutput('v', name)] = next.v;
  });
  return g.model(outputs);
}

/** Answers without learning: inputs as above without moments and targets; output scores [read], logits [read, 3]. */
export function answeringGraph(
  encoder: Encoder,
  tensors: readonly Taught[],
  pairs: readonly LowRankPair[],
): Model {
  const g = new GraphBuilder('answers');
  const { taught } = taughtInputs(g, tensors);
  const { logits } = readRows(g, encoder, taught, pairs);
  return g.model({ logits, scores: scoresOf(g, logits) });
}

/** The base's mean vectors of texts. Inputs: those of `packedInputs`. Output: vectors [batch, layers * hidden]. */
export function baseGraph(encoder: Encoder): Model {
  const g = new GraphBuilder('base');
  const graph = bertGraph(g, encoder);
  const { means } = textPass(g, graph, packedInputs(g, graph.heads));
  return g.model({ vectors: meanVectors(g, means) });
}
