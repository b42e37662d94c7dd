import { unary, type Rules } from '../rule';

/** Functions of each element. */
export const activation = {
  Exp: unary((_x, y, dy, g) => g.mul(dy, y)),
  Log: unary((x, _y, dy, g) => g.div(dy, x)),
  // 2/sqrt(pi) exp(-x^2)
  Erf: unary((x, _y, dy, g) =>
    g.mul(dy, g.mul(g.scalar(2 / Math.sqrt(Math.PI)), g.exp(g.neg(g.mul(x, x))))),
  ),
  Tanh: unary((_x, y, dy, g) => g.mul(dy, g.sub(g.scalar(1), g.mul(y, y)))),
  Sigmoid: unary((_x, y, dy, g) => g.mul(dy, g.mul(y, g.sub(g.scalar(1), y)))),
  Softplus: unary((x, _y, dy, g) => g.mul(dy, g.sigmoid(x))),
  Relu: unary((x, _y, dy, g) => g.mul(dy, g.cast(g.greater(x, g.scalar(0)), 'float32'))),
  // y = x P(x), with P and p the normal distribution and its density: dy (P + x p). P is between 0
  // and 1, so a "hard sigmoid" makes (1 + erf) / 2 in one pass.
  Gelu: unary((x, _y, dy, g) => {
    const distribution = g.hardSigmoid(g.erf(g.mul(x, g.scalar(Math.SQRT1_2))), 0.5, 0.5);
    const density = g.exp(g.mul(x, g.mul(x, g.scalar(-0.5))));
    const slope = g.mul(g.mul(x, g.scalar(1 / Math.sqrt(2 * Math.PI))), density);
    return g.mul(dy, g.add(distribution, slope));
  }),
  Identity: unary((_x, _y, dy) => dy),
  // Only between float types; integers are constants and never reached.
  Cast: unary((x, _y, dy, g) => (x.type === dy.type ? dy : g.cast(dy, x.type))),
  Where: ({ inputs: [condition], dy, g }) => {
    if (!condition) throw new Error('Where has a condition.');
    const chosen = g.cast(condition, 'float32');
    return [null, () => g.mul(dy, chosen), () => g.mul(dy, g.sub(g.scalar(1), chosen))];
  },
} satisfies Rules;
