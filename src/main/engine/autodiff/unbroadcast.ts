import type { GraphBuilder } from '../onnx/builder';
import type { Shape, Value } from '../onnx/model';
import { sameShape } from '../onnx/shapes';

/**
 * A gradient summed back to the shape of the input that had been broadcast. Where the gradient itself
 * is 1 on an axis, it is the same for all places there and stays so.
 */
export function unbroadcast(gradient: Value, shape: Shape, g: GraphBuilder): Value {
  if (sameShape(gradient.shape, shape)) return gradient;
  const more = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((dim, i) => {
    const own = i < more ? undefined : shape[i - more];
    return own === undefined || (own === 1 && dim !== 1) ? [i] : [];
  });
  const summed = axes.length === 0 ? gradient : g.reduceSum(gradient, axes, true);
  return g.reshape(summed, summed.shape.slice(more));
}
