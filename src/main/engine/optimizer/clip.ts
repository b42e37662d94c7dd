import type { GraphBuilder } from '../onnx/builder';
import type { Value } from '../onnx/model';

/** The gradient, shortened to `longest` when its Euclidean length is more (Pascanu et al. 2013). */
export function clipByNorm(g: GraphBuilder, gradient: Value, longest: number): Value {
  const norm = g.sqrt(g.sumAll(g.mul(gradient, gradient)));
  const factor = g.div(g.scalar(longest), g.add(norm, g.scalar(1e-6)));
  return g.mul(gradient, g.min(factor, g.scalar(1)));
}
