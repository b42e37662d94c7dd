import type { GraphBuilder } from '../onnx/builder';
import type { Value } from '../onnx/model';

/** The gradients, shortened to `longest` when their common Euclidean length is more (Pascanu et al. 2013). */
export function clipAllByNorm(
  g: GraphBuilder,
  gradients: readonly Value[],
  longest: number,
): Value[] {
  const squares = gradients.map((gradient) => g.sumAll(g.mul(gradient, gradient)));
  const norm = g.sqrt(squares.reduce((a, b) => g.add(a, b)));
  const factor = g.min(g.div(g.scalar(longest), g.add(norm, g.scalar(1e-6))), g.scalar(1));
  return gradients.map((gradient) => g.mul(gradient, factor));
}

/** The same for one gradient. */
export const clipByNorm = (g: GraphBuilder, gradient: Value, longest: number): Value =>
  clipAllByNorm(g, [gradient], longest)[0] ?? gradient;
