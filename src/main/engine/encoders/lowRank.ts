// Low-rank updates of linear maps (Hu et al. 2021): x -> x down up.
import type { GraphBuilder } from '../onnx/builder';
import type { Value } from '../onnx/model';
import { ParameterVector } from '../onnx/parameterVector';
import type { EncoderConfig } from './encoderConfig';
import { linearNames, type Adapter, type Linear, type LinearName } from './graph';
import { int8Linear, type Int8Maps } from './int8';

export interface LowRankPair {
  readonly layer: number;
  readonly linear: LinearName;
  /** Names and shapes of the two factors: [in, rank] and [rank, out]. */
  readonly down: { readonly name: string; readonly shape: readonly [number, number] };
  readonly up: { readonly name: string; readonly shape: readonly [number, number] };
}

/** The factors for the given linear maps of all layers; `prefix` tells the two paths apart. */
export function lowRankPairs(
  config: EncoderConfig,
  prefix: string,
  linears: readonly LinearName[],
  rank: number,
): LowRankPair[] {
  const { hidden_size: hidden, intermediate_size: inner } = config;
  return Array.from({ length: config.num_hidden_layers }, (_, layer) =>
    linears.map((linear): LowRankPair => {
      const [from, to] =
        linear === 'i' ? [hidden, inner] : linear === 'd' ? [inner, hidden] : [hidden, hidden];
      const name = `${prefix}.${layer}.${linear}`;
      return {
        layer,
        linear,
        down: { name: `${name}.down`, shape: [from, rank] },
        up: { name: `${name}.up`, shape: [rank, to] },
      };
    }),
  ).flat();
}

/**
 * The lower third of the layers reads texts alike for all tasks: what it makes of a text is computed once
 * and kept, and updates of the text side begin here.
 */
export const firstTunedLayer = ({ num_hidden_layers: layers }: EncoderConfig): number =>
  Math.min(layers - 1, Math.ceil(layers / 3));

/** Updates of the text side: all linear maps of the layers from `first` on. */
export const textPairs = (
  config: EncoderConfig,
  rank: number,
  first = firstTunedLayer(config),
): LowRankPair[] =>
  rank > 0
    ? lowRankPairs(config, 'text', linearNames, rank).filter(({ layer }) => layer >= first)
    : [];

/** Updates of the question's side: all linear maps but the keys, which the texts share. */
export const questionPairs = (config: EncoderConfig, rank: number): LowRankPair[] =>
  rank > 0 ? lowRankPairs(config, 'question', ['q', 'v', 'o', 'i', 'd'], rank) : [];

/** The factors of the pairs in the order in which they lie in one vector. */
export const lowRankVector = (pairs: readonly LowRankPair[]): ParameterVector =>
  new ParameterVector(pairs.flatMap(({ down, up }) => [down, up]));

/** The adapter that adds the pairs' products; `valueOf` gives the factors as values of the graph. */
export function lowRankAdapter(
  g: GraphBuilder,
  pairs: readonly LowRankPair[],
  valueOf: (name: string) => Value,
): Adapter {
  const byPlace = new Map(pairs.map((pair) => [`${pair.layer}.${pair.linear}`, pair]));
  return (layer, linear, x) => {
    const pair = byPlace.get(`${layer}.${linear}`);
    if (!pair) return null;
    return g.matMul(g.matMul(x, valueOf(pair.down.name)), valueOf(pair.up.name));
  };
}

/**
 * What a text pass with updates is told, one that is not differentiated. In 8 bits each update is added
 * by one operator, so that it adds up in the same order in every graph, to the last bit.
 */
export function updatedMaps(
  g: GraphBuilder,
  pairs: readonly LowRankPair[],
  valueOf: (name: string) => Value,
  maps: Int8Maps | null,
): { adapter?: Adapter; linear?: Linear } {
  if (!maps) return { adapter: lowRankAdapter(g, pairs, valueOf) };
  const linear = int8Linear(g, maps);
  return {
    linear: (layer, name, x) => {
      const y = linear(layer, name, x);
      const pair = pairs.find((each) => each.layer === layer && each.linear === name);
      if (!pair) return y;
      return g.gemm(g.matMul(x, valueOf(pair.down.name)), valueOf(pair.up.name), y);
    },
  };
}
