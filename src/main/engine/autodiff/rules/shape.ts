import { dimAt } from '../../onnx/shapes';
import { intOf, intsOf, type Rule, type Rules } from '../rule';

const backToShape: Rule = ({ inputs: [x], dy, g }) => {
  if (!x) throw new Error('A node with an input was expected.');
  return [() => g.reshapeLike(dy, x), null];
};

/** What moves elements and computes nothing. */
export const shape = {
  Reshape: backToShape,
  Squeeze: ({ inputs: [, axes], dy, g }) => {
    if (!axes) throw new Error('Squeeze has axes.');
    return [() => g.unsqueeze(dy, g.integersOf(axes)), null];
  },
  Unsqueeze: ({ inputs: [, axes], dy, g }) => {
    if (!axes) throw new Error('Unsqueeze has axes.');
    return [() => g.squeeze(dy, g.integersOf(axes)), null];
  },
  Transpose: ({ node, dy, g }) => {
    const perm = intsOf(node, 'perm');
    return [
      () =>
        g.transpose(
          dy,
          perm.map((_, axis) => perm.indexOf(axis)),
        ),
    ];
  },
  // The walk sums a gradient back to the input's shape.
  Expand: ({ dy }) => [() => dy, null],
  Concat: ({ node, inputs, dy, g }) => {
    const axis = intOf(node, 'axis', 0);
    let start = 0;
    return inputs.map((input) => {
      const from = start;
      const size = dimAt(input.shape, axis);
      if (typeof size !== 'number')
        throw new Error(`Concat of "${input.name}": its size on axis ${axis} must be known.`);
      start += size;
      return () => g.slice(dy, axis, from, from + size);
    });
  },
  Slice: ({ inputs: [x, starts, , axes], outputs: [y], dy, g }) => {
    if (!x || !y || !starts || !axes) throw new Error('Slice has four inputs.');
    const [axis = 0] = g.integersOf(axes);
    const [start = 0] = g.integersOf(starts);
    const rest = Number(dimAt(x.shape, axis)) - start - Number(dimAt(y.shape, axis));
    const around = (size: number) => x.shape.map((_, i) => (i === axis ? size : 0));
    return [() => g.pad(dy, around(start), around(rest)), null, null, null];
  },
  Pad: ({ inputs: [x, pads], dy, g }) => {
    if (!x || !pads) throw new Error('Pad has two inputs.');
    const before = g.integersOf(pads);
    const inner = () =>
      x.shape.reduce((part, size, axis) => {
        const start = before[axis] ?? 0;
        const after = before[axis + x.shape.length] ?? 0;
        return start === 0 && after === 0 ? part : g.slice(part, axis, start, start + Number(size));
      }, dy);
    return [inner, null];
  },
} satisfies Rules;
