// The text pass with low-rank updates: begins with what the layers without them have made of the texts,
// so that these are read once for all tasks and all steps.
import type { GraphBuilder } from '../onnx/builder';
import type { Value } from '../onnx/model';
import { bertGraph } from './bert';
import type { Encoder } from './encoder';
import type { EncoderConfig } from './encoderConfig';
import type { Adapter, Linear } from './graph';
import { firstTunedLayer, type LowRankPair } from './lowRank';
import { packedInputs, textPass, unitLength } from './textPass';

/** A text as the lower layers leave it. */
export interface ReadText {
  readonly ids: ArrayLike<number>;
  /** What the first tuned layer is given, [tokens, hidden]. */
  readonly states: Float32Array;
}

/**
 * Whether the updates leave the lower layers as they are. Those of classifiers that were made before this
 * was so do not: their pass begins with the words.
 */
export const leavesLowerLayers = (config: EncoderConfig, pairs: readonly LowRankPair[]): boolean =>
  pairs.every(({ layer }) => layer >= firstTunedLayer(config));

/** The last layer's mean vectors [batch, hidden], each of length 1. Adds the inputs of `tunedFeeds`. */
export function tunedPass(
  g: GraphBuilder,
  encoder: Encoder,
  pairs: readonly LowRankPair[],
  maps: { adapter?: Adapter; linear?: Linear },
): Value {
  const { config } = encoder;
  const graph = bertGraph(g, encoder);
  const beginning = leavesLowerLayers(config, pairs)
    ? {
        layer: firstTunedLayer(config),
        states: g.input('states', 'float32', ['tokens', config.hidden_size]),
      }
    : null;
  const { means } = textPass(g, graph, packedInputs(g, graph.heads), { ...maps, beginning });
  const last = means.at(-1);
  if (!last) throw new Error('An encoder has at least one layer.');
  return unitLength(g, last);
}
