import { dimAt, productOf } from '../../onnx/shapes';
import type { GraphBuilder } from '../../onnx/builder';
import type { Value } from '../../onnx/model';
import { binary, intOf, type Rules } from '../rule';

/** [..., m, n] -> [rows, n] */
const flatten = (x: Value, g: GraphBuilder): Value =>
  g.reshape(x, [productOf(x.shape.slice(0, -1)), dimAt(x.shape, -1)]);

/** Y = A B: dA = dY B^T, dB = A^T dY. */
export const matrix = {
  MatMul: binary((a, b, dy, g) => [
    () => g.matMul(dy, g.swapLast(b)),
    () =>
      // One matrix for all of a batch: one product of flat matrices instead of a product for each
      // and a sum.
      b.shape.length === 2
        ? g.matMul(g.swapLast(flatten(a, g)), flatten(dy, g))
        : g.matMul(g.swapLast(a), dy),
  ]),
  // The same with C added, whose gradient is dY; b may be B^T.
  Gemm: ({ node, inputs: [a, b, c], dy, g }) => {
    if (!a || !b || !c) throw new Error('Gemm has three inputs.');
    const isTurned = intOf(node, 'transB', 0) === 1;
    return [
      () => g.matMul(dy, isTurned ? b : g.swapLast(b)),
      () => (isTurned ? g.matMul(g.swapLast(dy), a) : g.matMul(g.swapLast(a), dy)),
      () => dy,
    ];
  },
} satisfies Rules;
