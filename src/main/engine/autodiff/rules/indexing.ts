import { productOf } from '../../onnx/shapes';
import { intOf, type Rules } from '../rule';

/** Choosing rows. */
export const indexing = {
  // Each row's gradient is the sum of the gradients of the places that it went to.
  Gather: ({ node, inputs: [x, indices], dy, g }) => {
    if (!x || !indices) throw new Error('Gather has two inputs.');
    const axis = intOf(node, 'axis', 0);
    const dx = () => {
      const axes = x.shape.map((_, i) => i);
      const toFront = [axis, ...axes.filter((i) => i !== axis)];
      const count = indices.shape.length;
      // dy: [before, ...indices, after] -> [...indices, before, after] -> [places, before, after]
      const chosen = Array.from({ length: count }, (_, i) => axis + i);
      const others = dy.shape.map((_, i) => i).filter((i) => !chosen.includes(i));
      const rows = g.reshape(g.transpose(dy, [...chosen, ...others]), [
        productOf(indices.shape),
        ...others.map((i) => dy.shape[i] ?? 1),
      ]);
      const zeros = g.mul(g.transpose(x, toFront), g.scalar(0));
      const places = g.reshape(indices, [productOf(indices.shape), 1]);
      const back = axes.map((i) => toFront.indexOf(i));
      return g.transpose(g.scatterAdd(zeros, places, rows), back);
    };
    return [dx, null];
  },
} satisfies Rules;
