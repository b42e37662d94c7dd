// The text pass: the encoder over texts alone. It does not depend on the question, so its keys and
// values can be kept (text cache) and its mean vectors feed the linear expert.
import { GraphBuilder } from '../onnx/builder';
import type { Dim, Model, Shape, Value } from '../onnx/model';
import { dimAt, productOf } from '../onnx/shapes';
import { additiveMask, attention, mergeHeads, splitHeads, type Memory } from './attention';
import { bertGraph } from './bert';
import type { Encoder } from './encoder';
import type { Adapter, EncoderGraph, Linear } from './graph';
import { mapsOption, type Int8Maps } from './int8';
import { firstTunedLayer } from './lowRank';

export interface TextPass {
  /** For each layer: keys and values [batch, heads, text, width], with the texts' padding masked. */
  readonly memories: readonly Memory[];
  /** For each layer: mean over the real tokens of its output, [batch, hidden]. */
  readonly means: readonly Value[];
  /** For each layer: what it is given, [..tokens, hidden]. */
  readonly states: readonly Value[];
}

/** How the tokens of a batch lie while linear maps work on them, and where attention wants them. */
export interface TextLayout {
  /** Raw word vectors' ids and places, both [..tokens]. */
  readonly ids: Value;
  readonly positions: Value;
  /** [batch, text]: 1 real, 0 padding. */
  readonly mask: Value;
  /** [..tokens, hidden] -> [batch, heads, text, hidden / heads] */
  readonly toHeads: (x: Value) => Value;
  readonly fromHeads: (grid: Value) => Value;
  /** Means over the real tokens of each text: [..tokens, hidden] -> [batch, hidden] */
  readonly mean: (x: Value) => Value;
}

/**
 * `ids` [batch, text] int64 with [CLS] and [SEP]; `mask` [batch, text]: padding goes through all sums.
 * The tokens lie side by side as in `packedInputs`: the same sums then go in the same order, to the last
 * bit, which matters in 8 bits, where it may decide a rounding.
 */
export function paddedLayout(g: GraphBuilder, ids: Value, mask: Value, heads: number): TextLayout {
  const tokens = productOf(ids.shape);
  const sizes = g.shapeOf(ids);
  const toGrid = (x: Value) => {
    const hidden = Number(dimAt(x.shape, 1));
    return g.reshapeBy(x, g.concat([sizes, g.integers([hidden])], 0), [...ids.shape, hidden]);
  };
  const fromGrid = (grid: Value) => g.reshape(grid, [tokens, dimAt(grid.shape, 2)]);
  const real = g.unsqueeze(mask, [2]); // [batch, text, 1]
  const share = g.div(real, g.reduceSum(real, [1], true));
  return {
    ids: g.reshape(ids, [tokens]),
    positions: g.reshape(g.expandLike(g.rangeOf(ids, 1), ids), [tokens]),
    mask,
    toHeads: (x) => splitHeads(g, toGrid(x), heads),
    fromHeads: (grid) => fromGrid(mergeHeads(g, grid)),
    mean: (x) => g.reduceSum(g.mul(toGrid(x), share), [1]),
  };
}

/**
 * Only real tokens go through the linear maps, side by side. Adds the inputs ids, positions [tokens]
 * int64; places [batch, heads, text] int64: where a cell's part of a token lies among tokens * heads (any,
 * for padding); cells [tokens, heads] int64: each part's cell, counted over batch * heads * text; mask
 * [batch, text]; averages [averaged, tokens]: 1 / a text's tokens at each of its own, for those whose
 * means are wanted.
 */
export function packedInputs(g: GraphBuilder, heads: number, averaged: Dim = 'batch'): TextLayout {
  const long = (name: string, shape: Shape) => g.input(name, 'int64', shape);
  const places = long('places', ['batch', heads, 'text']);
  const cells = long('cells', ['tokens', heads]);
  const mask = g.input('mask', 'float32', ['batch', 'text']);
  const averages = g.input('averages', 'float32', [averaged, 'tokens']);
  const spread = (x: Value) => {
    const [tokens = 1, hidden = 1] = x.shape;
    const parts = g.reshape(x, [productOf([tokens, heads]), Number(hidden) / heads]);
    return g.gather(parts, places);
  };
  const collect = (grid: Value) => {
    const width = Number(dimAt(grid.shape, -1));
    const parts = g.gather(g.reshape(grid, [productOf(grid.shape.slice(0, -1)), width]), cells);
    return g.reshape(parts, [dimAt(cells.shape, 0), heads * width]);
  };
  const real = g.unsqueeze(mask, [1, 3]); // [batch, 1, text, 1]
  // Each is the other's gradient: every part has one cell, and what reaches padding counts for nothing.
  // (The general gradient of Gather would add at colliding places, in an order that varies.)
  return {
    ids: long('ids', ['tokens']),
    positions: long('positions', ['tokens']),
    mask,
    toHeads: (x) => g.withGradient(x, spread(x), collect),
    fromHeads: (grid) => g.withGradient(grid, collect(grid), (dy) => g.mul(spread(dy), real)),
    mean: (x) => g.matMul(averages, x),
  };
}

/** Where a pass begins that leaves out the lower layers, and what these have made of the tokens. */
export interface Beginning {
  readonly layer: number;
  /** [..tokens, hidden] */
  readonly states: Value;
}

/**
 * The encoder over a batch of texts, all of it or the layers from a `beginning` on. `linear`: how linear
 * maps are done, if not in float32.
 */
export function textPass(
  g: GraphBuilder,
  encoder: EncoderGraph,
  layout: TextLayout,
  {
    beginning,
    ...options
  }: { beginning?: Beginning | null; adapter?: Adapter; linear?: Linear } = {},
): TextPass {
  const memories: Memory[] = [];
  const means: Value[] = [];
  const states: Value[] = [];
  const masked = g.unsqueeze(additiveMask(g, layout.mask), [1, 2]); // [batch, 1, 1, text]
  let x = beginning?.states ?? encoder.embed(encoder.words(layout.ids), layout.positions, 0);
  for (let n = beginning?.layer ?? 0; n < encoder.layers; n++) {
    states.push(x);
    const attend = (_n: number, q: Value, k: Value, v: Value) => {
      const memory = { keys: layout.toHeads(k), values: layout.toHeads(v), mask: masked };
      memories.push(memory);
      return layout.fromHeads(attention(g, layout.toHeads(q), [memory]));
    };
    x = encoder.layer(n, x, attend, options);
    means.push(layout.mean(x));
  }
  return { memories, means, states };
}

/**
 * Inputs: those of `packedInputs`. Outputs: keys.n, values.n [batch, heads, text, hidden / heads] for each
 * layer n; vectors [batch, layers * hidden]; states [tokens, hidden], what the first tuned layer is given.
 * `maps`: linear maps in 8 bits instead of float32.
 */
export function textPassGraph(encoder: Encoder, maps: Int8Maps | null = null): Model {
  const g = new GraphBuilder('text pass');
  const graph = bertGraph(g, encoder);
  const layout = packedInputs(g, graph.heads);
  const { memories, means, states } = textPass(g, graph, layout, mapsOption(g, maps));
  const shared = states[firstTunedLayer(encoder.config)];
  if (!shared) throw new Error('An encoder has at least one layer.');
  const kept = memories.flatMap(({ keys, values }, n): [string, Value][] => [
    [`keys.${n}`, keys],
    [`values.${n}`, values],
  ]);
  return g.model({
    ...Object.fromEntries(kept),
    vectors: meanVectors(g, means),
    states: shared,
  });
}

/** The means of all layers, each scaled to length 1, side by side: [batch, layers * hidden]. */
export const meanVectors = (g: GraphBuilder, means: readonly Value[]): Value =>
  g.concat(
    means.map((mean) => unitLength(g, mean)),
    1,
  );

/** Each row divided by its Euclidean length. */
export function unitLength(g: GraphBuilder, x: Value): Value {
  const length = g.sqrt(g.reduceSum(g.mul(x, x), [-1], true));
  return g.div(x, g.max(length, g.scalar(1e-12)));
}
