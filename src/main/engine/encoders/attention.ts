// Multi-head attention (Vaswani et al. 2017) over one or two groups of keys.
import type { GraphBuilder } from '../onnx/builder';
import type { Dim, Value } from '../onnx/model';
import { dimAt } from '../onnx/shapes';

/** [batch, ..tokens, hidden] -> [batch, heads, ..tokens, hidden / heads] */
export function splitHeads(g: GraphBuilder, x: Value, heads: number): Value {
  const [batch, ...tokens] = x.shape.slice(0, -1) as [Dim, ...Dim[]];
  const width = Number(dimAt(x.shape, -1)) / heads;
  const axes = tokens.map((_, i) => i + 1);
  const last = axes.length + 1;
  return g.transpose(g.reshape(x, [batch, ...tokens, heads, width]), [0, last, ...axes, last + 1]);
}

/** [batch, heads, ..tokens, width] -> [batch, ..tokens, heads * width] */
export function mergeHeads(g: GraphBuilder, x: Value): Value {
  const [batch, heads, ...tokens] = x.shape.slice(0, -1) as [Dim, number, ...Dim[]];
  const width = Number(dimAt(x.shape, -1));
  const axes = tokens.map((_, i) => i + 2);
  const merged = g.transpose(x, [0, ...axes, 1, axes.length + 2]);
  return g.reshape(merged, [batch, ...tokens, heads * width]);
}

/** Keys and values that a query may look at, split into heads; `mask` is added: 0 or very negative. */
export interface Memory {
  readonly keys: Value;
  readonly values: Value;
  readonly mask: Value;
}

/**
 * What the queries [batch, heads, ..tokens, width] see of all memories together. The softmax runs over
 * the memories without joining them, so kept keys and values are never copied.
 */
export function attention(g: GraphBuilder, queries: Value, memories: readonly Memory[]): Value {
  const width = Number(dimAt(queries.shape, -1));
  const scaled = g.mul(queries, g.scalar(1 / Math.sqrt(width)));
  const scores = memories.map(({ keys, mask }) => g.add(g.matMul(scaled, g.swapLast(keys)), mask));
  const [only] = scores;
  const [memory] = memories;
  if (only && memory && scores.length === 1) return g.matMul(g.softmax(only, -1), memory.values);

  // Subtracting the same number from every score changes no probability: it is a constant.
  const largest = g.detach(
    scores.map((score) => g.reduceMax(score, [-1], true)).reduce((a, b) => g.max(a, b)),
  );
  const weights = scores.map((score) => g.exp(notTooLow(g, g.sub(score, largest))));
  const total = weights
    .map((weight) => g.reduceSum(weight, [-1], true))
    .reduce((a, b) => g.add(a, b));
  const seen = weights
    .map((weight, i) => g.matMul(weight, memories[i]?.values ?? weight))
    .reduce((a, b) => g.add(a, b));
  return g.mul(seen, g.reciprocal(total));
}

/**
 * Arguments of exp next to which 0 is one: what is lower becomes -60, since processors take many times
 * as long over an exp that leaves their normal numbers, and every mask does so.
 */
const notTooLow = (g: GraphBuilder, x: Value): Value =>
  g.withGradient(x, g.max(x, g.scalar(-60)), (dy) => dy);

/** 1 for real tokens, 0 for padding -> 0 and -1e9, to be added to scores. */
export const additiveMask = (g: GraphBuilder, mask: Value): Value =>
  g.mul(g.sub(mask, g.scalar(1)), g.scalar(1e9));
