// The question path: template and label tokens look at a text whose keys and values are kept, and
// each label is read at its closing token. This is all that a training step has to compute.
import { attention, mergeHeads, splitHeads, type Memory } from '../encoders/attention';
import type { Adapter, EncoderGraph } from '../encoders/graph';
import type { GraphBuilder } from '../onnx/builder';
import type { Value } from '../onnx/model';

/** `..`: nothing for a question as a whole, or the number of its groups: see `groupLabels`. */
export interface QuestionValues {
  /** Raw word vectors of template and labels [.., Q, hidden]. */
  readonly tokens: Value;
  /** [.., Q] int64 */
  readonly positions: Value;
  /** [.., Q, Q], added to scores: see `questionMask`. */
  readonly mask: Value;
  /** [.., K, Q]: see `closingRows`. */
  readonly closing: Value;
  /** The texts' keys and values for each layer, [batch, heads, text, width]. */
  readonly memories: readonly Memory[];
  /** Added to the hidden states as each layer begins, [layers, .., Q, hidden]. */
  readonly deep?: Value;
  readonly adapter?: Adapter;
  /** [3, hidden] and [3]; rows: entailment, neutral, contradiction. */
  readonly head: { readonly weight: Value; readonly bias: Value };
}

/** Logits of entailment, neutral and contradiction: [batch, .., K, 3]. */
export function questionPath(
  g: GraphBuilder,
  encoder: EncoderGraph,
  values: QuestionValues,
): Value {
  const { mask, closing, deep, adapter, head } = values;
  const memories = values.memories.map((memory) => forGroups(g, memory, mask.shape.length - 2));
  const attend = (n: number, q: Value, k: Value, v: Value) => {
    const text = memories[n];
    if (!text) throw new Error(`The text's keys of layer ${n} are missing.`);
    const own = { keys: splitHeads(g, k, encoder.heads), values: splitHeads(g, v, encoder.heads) };
    const isLast = n === encoder.layers - 1;
    // In the last layer only the closing tokens ask, so only their rows of the mask count.
    const seen = isLast ? g.matMul(closing, mask) : mask;
    const queries = splitHeads(g, q, encoder.heads);
    return mergeHeads(g, attention(g, queries, [text, { ...own, mask: seen }]));
  };
  // [1, .., Q, hidden] until the first attention: up to there all texts of a batch share the sums.
  let x = g.unsqueeze(encoder.embed(values.tokens, values.positions, 1), [0]);
  for (let n = 0; n < encoder.layers; n++) {
    if (deep) x = g.add(x, g.slice(deep, 0, n, n + 1));
    const options = {
      ...(adapter && { adapter }),
      ...(n === encoder.layers - 1 && { queries: g.matMul(closing, x) }),
    };
    x = encoder.layer(n, x, attend, options);
  }
  return g.add(g.matMul(x, g.swapLast(head.weight)), head.bias);
}

/** The text as all groups of a question see it. */
const forGroups = (g: GraphBuilder, { keys, values, mask }: Memory, axes: number): Memory =>
  axes === 0
    ? { keys, values, mask }
    : {
        keys: g.unsqueeze(keys, [2]),
        values: g.unsqueeze(values, [2]),
        mask: g.unsqueeze(mask, [2]),
      };
