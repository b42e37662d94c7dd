// The text pass: the encoder over texts alone. It does not depend on the question, so its keys and
// values can be kept (text cache) and its mean vectors feed the linear expert.
import { GraphBuilder } from '../onnx/builder';
import type { Model, Shape, Value } from '../onnx/model';
import { dimAt, productOf } from '../onnx/shapes';
import { additiveMask, attention, mergeHeads, splitHeads, type Memory } from './attention';
import { bertGraph } from './bert';
import type { Encoder } from './encoder';
import type { Adapter, EncoderGraph, Linear } from './graph';
import { mapsOption, type Int8Maps } from './int8';

export interface TextPass {
  /** For each layer: keys and values [batch, heads, text, width], with the texts' padding masked. */
  readonly memories: readonly Memory[];
  /** For each layer: mean over the real tokens of its output, [batch, hidden]. */
  readonly means: readonly Value[];
}

/** How the tokens of a batch lie while linear maps work on them. `grid` is [batch, text, hidden]. */
export interface TextLayout {
  /** Raw word vectors' ids and places, both [..tokens]. */
  readonly ids: Value;
  readonly positions: Value;
  /** [batch, text]: 1 real, 0 padding. */
  readonly mask: Value;
  readonly toGrid: (x: Value) => Value;
  readonly fromGrid: (grid: Value) => Value;
}

/**
 * `ids` [batch, text] int64 with [CLS] and [SEP]; `mask` [batch, text]: padding goes through all sums.
 * The tokens lie side by side as in `packedInputs`: the same sums then go in the same order, to the last
 * bit, which matters in 8 bits, where it may decide a rounding.
 */
export function paddedLayout(g: GraphBuilder, ids: Value, mask: Value): TextLayout {
  const tokens = productOf(ids.shape);
  const sizes = g.shapeOf(ids);
  return {
    ids: g.reshape(ids, [tokens]),
    positions: g.reshape(g.expandLike(g.rangeOf(ids, 1), ids), [tokens]),
    mask,
    toGrid: (x) => {
      const hidden = Number(dimAt(x.shape, 1));
      return g.reshapeBy(x, g.concat([sizes, g.integers([hidden])], 0), [...ids.shape, hidden]);
    },
    fromGrid: (grid) => g.reshape(grid, [tokens, dimAt(grid.shape, 2)]),
  };
}

/**
 * Only real tokens go through the linear maps, side by side. Adds the inputs ids, positions [tokens]
 * int64; places [batch, text] int64: where a cell's token lies among them (any, for padding); cells
 * [tokens] int64: each token's cell, counted over batch * text; mask [batch, text].
 */
export function packedInputs(g: GraphBuilder): TextLayout {
  const long = (name: string, shape: Shape) => g.input(name, 'int64', shape);
  const places = long('places', ['batch', 'text']);
  const cells = long('cells', ['tokens']);
  const mask = g.input('mask', 'float32', ['batch', 'text']);
  const spread = (x: Value) => g.gather(x, places);
  const collect = (grid: Value) => {
    const [batch = 1, text = 1, hidden = 1] = grid.shape;
    return g.gather(g.reshape(grid, [productOf([batch, text]), hidden]), cells);
  };
  // Each is the other's gradient: every token has one cell, and what reaches padding counts for nothing.
  // (The general gradient of Gather would add at colliding places, in an order that varies.)
  return {
    ids: long('ids', ['tokens']),
    positions: long('positions', ['tokens']),
    mask,
    toGrid: (x) => g.withGradient(x, spread(x), collect),
    fromGrid: (grid) =>
      g.withGradient(grid, collect(grid), (dy) => g.mul(spread(dy), g.unsqueeze(mask, [2]))),
  };
}

/** The encoder over a batch of texts. `linear`: how linear maps are done, if not in float32. */
export function textPass(
  g: GraphBuilder,
  encoder: EncoderGraph,
  layout: TextLayout,
  options: { adapter?: Adapter; linear?: Linear } = {},
): TextPass {
  const memories: Memory[] = [];
  const means: Value[] = [];
  const masked = g.unsqueeze(additiveMask(g, layout.mask), [1, 2]); // [batch, 1, 1, text]
  const real = g.unsqueeze(layout.mask, [2]); // [batch, text, 1]
  const share = g.div(real, g.reduceSum(real, [1], true));
  const heads = (x: Value) => splitHeads(g, layout.toGrid(x), encoder.heads);
  let x = encoder.embed(encoder.words(layout.ids), layout.positions, 0);
  for (let n = 0; n < encoder.layers; n++) {
    const attend = (_n: number, q: Value, k: Value, v: Value) => {
      const memory = { keys: heads(k), values: heads(v), mask: masked };
      memories.push(memory);
      return layout.fromGrid(mergeHeads(g, attention(g, heads(q), [memory])));
    };
    x = encoder.layer(n, x, attend, options);
    means.push(g.reduceSum(g.mul(layout.toGrid(x), share), [1]));
  }
  return { memories, means };
}

/**
 * Inputs: ids, mask. Outputs: keys.n, values.n for each layer n; vectors [batch, layers * hidden].
 * `maps`: linear maps in 8 bits instead of float32.
 */
export function textPassGraph(encoder: Encoder, maps: Int8Maps | null = null): Model {
  const g = new GraphBuilder('text pass');
  const ids = g.input('ids', 'int64', ['batch', 'text']);
  const mask = g.input('mask', 'float32', ['batch', 'text']);
  const layout = paddedLayout(g, ids, mask);
  const { memories, means } = textPass(g, bertGraph(g, encoder), layout, mapsOption(g, maps));
  const kept = memories.flatMap(({ keys, values }, n): [string, Value][] => [
    [`keys.${n}`, keys],
    [`values.${n}`, values],
  ]);
  return g.model({ ...Object.fromEntries(kept), vectors: meanVectors(g, means) });
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
