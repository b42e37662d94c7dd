// The BERT family as graph nodes (Devlin et al. 2019), post-norm, absolute positions. Weights are
// read by the session from the safetensors file; float16 ones are widened when the session opens.
import { StudioError } from '../../../shared/errors';
import type { GraphBuilder } from '../onnx/builder';
import type { DataType, Value } from '../onnx/model';
import { affine } from './affine';
import { weightsFile, type Encoder } from './encoder';
import type { EncoderGraph, Linear, LinearName } from './graph';

/** Where the family keeps its linear maps and norms inside a layer. */
const linearTensors: Readonly<Record<LinearName, string>> = {
  q: 'attention.self.query',
  k: 'attention.self.key',
  v: 'attention.self.value',
  o: 'attention.output.dense',
  i: 'intermediate.dense',
  d: 'output.dense',
};

/** The name of a linear map's tensors before ".weight" and ".bias". */
export const linearTensor = (layer: number, linear: LinearName): string =>
  `encoder.layer.${layer}.${linearTensors[linear]}`;

const dataTypes: Readonly<Record<string, DataType>> = { F32: 'float32', F16: 'float16' };

/**
 * The encoder's layers over `g`; every weight becomes a constant at most once. `taught` gives, by a
 * tensor's name without prefix, the value that stands in for it (while the encoder itself is taught).
 */
export function bertGraph(
  g: GraphBuilder,
  encoder: Encoder,
  taught: (name: string) => Value | undefined = () => undefined,
): EncoderGraph {
  const { config } = encoder;
  const widened = new Map<string, Value>();

  const stored = (name: string): Value => {
    const tensor = encoder.tensors.get(name) ?? encoder.tensors.get(`bert.${name}`);
    const type = tensor && dataTypes[tensor.dtype];
    if (!tensor || !type)
      throw new StudioError(
        'encoder-damaged',
        `The encoder "${encoder.info.id}" has ${tensor ? `"${name}" as ${tensor.dtype}, which cannot be used` : `no tensor "${name}"`}. Install it again.`,
      );
    const { offset, byteLength } = tensor;
    return g.external(name, type, tensor.shape, {
      location: weightsFile,
      offset,
      length: byteLength,
    });
  };
  const weight = (name: string): Value => {
    const known = taught(name) ?? widened.get(name);
    if (known) return known;
    const value = stored(name);
    const wide = value.type === 'float32' ? value : g.cast(value, 'float32');
    widened.set(name, wide);
    return wide;
  };
  /** Rows of a table are chosen first and widened then: a table is mostly not needed. */
  const rows = (table: string, ids: Value): Value => {
    const own = taught(table);
    if (own) return taughtRows(g, own, ids);
    const chosen = g.gather(stored(table), ids);
    return chosen.type === 'float32' ? chosen : g.cast(chosen, 'float32');
  };
  const norm = (name: string, x: Value): Value =>
    g.layerNormalization(x, weight(`${name}.weight`), weight(`${name}.bias`), config.layer_norm_eps)
      .y;

  const floatLinear: Linear = (n, name, x) => {
    const tensor = linearTensor(n, name);
    return affine(g, x, g.swapLast(weight(`${tensor}.weight`)), weight(`${tensor}.bias`));
  };

  return {
    layers: config.num_hidden_layers,
    hidden: config.hidden_size,
    heads: config.num_attention_heads,
    words: (ids) => rows('embeddings.word_embeddings.weight', ids),
    embed: (words, positions, kind) =>
      g.scope('embed', () => {
        const kinds = typeof kind === 'number' ? g.integers([kind]) : kind;
        const segment = rows('embeddings.token_type_embeddings.weight', kinds);
        const place = rows('embeddings.position_embeddings.weight', positions);
        return norm('embeddings.LayerNorm', g.add(g.add(words, place), segment));
      }),
    layer: (n, x, attend, { queries = x, adapter, linear = floatLinear } = {}) =>
      g.scope(`layer.${n}`, () => {
        const tensor = `encoder.layer.${n}`;
        const map = (name: LinearName, from: Value) => {
          const y = linear(n, name, from);
          const more = adapter?.(n, name, from);
          return more ? g.add(y, more) : y;
        };
        const mixed = map('o', attend(n, map('q', queries), map('k', x), map('v', x)));
        const attended = norm(`${tensor}.attention.output.LayerNorm`, g.add(queries, mixed));
        const inner = g.gelu(map('i', attended));
        return norm(`${tensor}.output.LayerNorm`, g.add(attended, map('d', inner)));
      }),
    head: () => ({ weight: weight('entailment.weight'), bias: weight('entailment.bias') }),
  };
}

/**
 * Rows [.., hidden] of a table that is being taught. Its gradient is a product with the rows' marks,
 * since adding at colliding places goes in an order that varies from run to run.
 */
function taughtRows(g: GraphBuilder, table: Value, ids: Value): Value {
  const marks = g.cast(g.equal(g.unsqueeze(ids, [-1]), g.rangeOf(table, 0)), 'float32');
  return g.withGradient(table, g.gather(table, ids), (dy) => g.matMul(g.swapLast(marks), dy));
}
