import { intOf, unary, type Rules } from '../rule';

/** Scaling that looks at a whole row. */
export const normalization = {
  // dx = y (dy - sum(dy y))
  Softmax: (context) =>
    unary((_x, y, dy, g) => {
      const axis = intOf(context.node, 'axis', -1);
      return g.mul(y, g.sub(dy, g.reduceSum(g.mul(dy, y), [axis], true)));
    })(context),
  // Ba, Kiros and Hinton 2016; with n = (x - mean) / deviation and d = dy scale:
  // dx = (d - mean(d) - n mean(d n)) / deviation
  LayerNormalization: ({ inputs: [x, scale, bias], outputs: [, mean, inverse], dy, g }) => {
    if (!x || !scale || !bias || !mean || !inverse)
      throw new Error('LayerNormalization has three inputs and three outputs.');
    const n = g.mul(g.sub(x, mean), inverse);
    return [
      () => {
        const d = g.mul(dy, scale);
        const along = g.mul(n, g.reduceMean(g.mul(d, n), [-1], true));
        return g.mul(inverse, g.sub(g.sub(d, g.reduceMean(d, [-1], true)), along));
      },
      () => g.mul(dy, n),
      () => dy,
    ];
  },
} satisfies Rules;
