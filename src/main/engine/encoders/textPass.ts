// The text pass: the encoder over texts alone. It does not depend on the question, so its keys and
// values can be kept (text cache) and its mean vectors feed the linear expert.
import { GraphBuilder } from '../onnx/builder';
import type { Model, Value } from '../onnx/model';
import { additiveMask, attention, mergeHeads, splitHeads, type Memory } from './attention';
import { bertGraph } from './bert';
import type { Encoder } from './encoder';
import type { Adapter, EncoderGraph } from './graph';

export interface TextPass {
  /** For each layer: keys and values [batch, heads, text, width], with the texts' padding masked. */
  readonly memories: readonly Memory[];
  /** For each layer: mean over the real tokens of its output, scaled to length 1: [batch, hidden]. */
  readonly means: readonly Value[];
}

/** `ids` [batch, text] int64 with [CLS] and [SEP]; `mask` [batch, text]: 1 real, 0 padding. */
export function textPass(
  g: GraphBuilder,
  encoder: EncoderGraph,
  { ids, mask }: { ids: Value; mask: Value },
  adapter?: Adapter,
): TextPass {
  const memories: Memory[] = [];
  const means: Value[] = [];
  const masked = g.unsqueeze(additiveMask(g, mask), [1, 2]); // [batch, 1, 1, text]
  const real = g.unsqueeze(mask, [2]); // [batch, text, 1]
  const share = g.div(real, g.reduceSum(real, [1], true));
  let x = encoder.embed(encoder.words(ids), g.rangeOf(ids, 1), 0);
  for (let n = 0; n < encoder.layers; n++) {
    const attend = (_n: number, q: Value, k: Value, v: Value) => {
      const memory = {
        keys: splitHeads(g, k, encoder.heads),
        values: splitHeads(g, v, encoder.heads),
        mask: masked,
      };
      memories.push(memory);
      return mergeHeads(g, attention(g, splitHeads(g, q, encoder.heads), [memory]));
    };
    x = encoder.layer(n, x, attend, adapter && { adapter });
    means.push(unitLength(g, g.reduceSum(g.mul(x, share), [1])));
  }
  return { memories, means };
}

/** Inputs: ids, mask. Outputs: keys.n, values.n for each layer n; vectors [batch, layers * hidden]. */
export function textPassGraph(encoder: Encoder): Model {
  const g = new GraphBuilder('text pass');
  const ids = g.input('ids', 'int64', ['batch', 'text']);
  const mask = g.input('mask', 'float32', ['batch', 'text']);
  const { memories, means } = textPass(g, bertGraph(g, encoder), { ids, mask });
  const kept = memories.flatMap(({ keys, values }, n): [string, Value][] => [
    [`keys.${n}`, keys],
    [`values.${n}`, values],
  ]);
  return g.model({ ...Object.fromEntries(kept), vectors: g.concat(means, 1) });
}

/** Each row divided by its Euclidean length. */
export function unitLength(g: GraphBuilder, x: Value): Value {
  const length = g.sqrt(g.reduceSum(g.mul(x, x), [-1], true));
  return g.div(x, g.max(length, g.scalar(1e-12)));
}
