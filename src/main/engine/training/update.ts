// The second half of every training step: from a loss to new parameters. Both step graphs end so.
import { differentiate } from '../autodiff/differentiate';
import type { GraphBuilder } from '../onnx/builder';
import type { Value } from '../onnx/model';
import { adamW } from '../optimizer/adamw';
import { clipByNorm } from '../optimizer/clip';
import type { ParameterVector } from '../onnx/parameterVector';

/** The trained values inside a step graph, cut out of its input `parameters` [size]. */
export interface Trained {
  readonly vector: ParameterVector;
  readonly parameters: Value;
  readonly valueOf: (name: string) => Value;
}

/** Adds the input `parameters` and takes it apart. */
export function trainedInput(g: GraphBuilder, vector: ParameterVector): Trained {
  const parameters = g.input('parameters', 'float32', [vector.size]);
  return { vector, parameters, valueOf: vector.unpack(g, parameters) };
}

/**
 * Adds the inputs m, v, rates, decays [size], rate [] and corrections [2]. Returns newParameters,
 * newM, newV [size] and gradient [size] (before clipping), to be named as outputs. `inParts`: adds the
 * input gradientBefore [size], the gradient of earlier parts of the same step, which is added.
 */
export function update(
  g: GraphBuilder,
  { vector, parameters, valueOf }: Trained,
  loss: Value,
  longestGradient: number,
  inParts = false,
): Record<'newParameters' | 'newM' | 'newV' | 'gradient', Value> {
  const flat = (name: string) => g.input(name, 'float32', [vector.size]);
  const wrt = vector.parameters.map(({ name }) => valueOf(name));
  const own = vector.pack(g, differentiate(g, loss, wrt));
  const gradient = inParts ? g.add(flat('gradientBefore'), own) : own;
  const state = { parameters, m: flat('m'), v: flat('v') };
  const next = adamW(g, state, clipByNorm(g, gradient, longestGradient), {
    rate: g.mul(flat('rates'), g.input('rate', 'float32', [])),
    decay: flat('decays'),
    corrections: g.input('corrections', 'float32', [2]),
  });
  return { newParameters: next.parameters, newM: next.m, newV: next.v, gradient };
}
