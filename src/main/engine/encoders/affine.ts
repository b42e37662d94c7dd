import type { GraphBuilder } from '../onnx/builder';
import type { Value } from '../onnx/model';
import { dimAt, productOf, unknownSizes } from '../onnx/shapes';

/**
 * x w + b over the last axis, [.., in] -> [.., out]. As one product of flat matrices with the bias inside
 * where at most one size is unknown.
 */
export function affine(g: GraphBuilder, x: Value, w: Value, b: Value): Value {
  const rows = x.shape.slice(0, -1);
  if (unknownSizes([], rows) > 1) return g.add(g.matMul(x, w), b);
  if (rows.length === 1) return g.gemm(x, w, b);
  const flat = g.reshape(x, [productOf(rows), dimAt(x.shape, -1)]);
  return g.reshape(g.gemm(flat, w, b), [...rows, dimAt(w.shape, -1)]);
}
