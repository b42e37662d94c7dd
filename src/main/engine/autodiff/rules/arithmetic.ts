import { binary, unary, type Rules } from '../rule';

/** Sums, products and what is made of them. */
export const arithmetic = {
  Add: binary((_a, _b, dy) => [() => dy, () => dy]),
  Sub: binary((_a, _b, dy, g) => [() => dy, () => g.neg(dy)]),
  Mul: binary((a, b, dy, g) => [() => g.mul(dy, b), () => g.mul(dy, a)]),
  // d(a/b) = da/b - y/b db
  Div: binary((_a, b, dy, g, y) => [() => g.div(dy, b), () => g.neg(g.mul(dy, g.div(y, b)))]),
  Neg: unary((_x, _y, dy, g) => g.neg(dy)),
  Reciprocal: unary((_x, y, dy, g) => g.neg(g.mul(dy, g.mul(y, y)))),
  Sqrt: unary((_x, y, dy, g) => g.div(g.mul(dy, g.scalar(0.5)), y)),
  Abs: unary((x, _y, dy, g) => g.where(g.less(x, g.scalar(0)), g.neg(dy), dy)),
  // Where both are equal, the first one counts as the larger (and the smaller).
  Max: binary((a, b, dy, g) => {
    const second = g.cast(g.less(a, b), 'float32');
    return [() => g.mul(dy, g.sub(g.scalar(1), second)), () => g.mul(dy, second)];
  }),
  Min: binary((a, b, dy, g) => {
    const second = g.cast(g.greater(a, b), 'float32');
    return [() => g.mul(dy, g.sub(g.scalar(1), second)), () => g.mul(dy, second)];
  }),
} satisfies Rules;
