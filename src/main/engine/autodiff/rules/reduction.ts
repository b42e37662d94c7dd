import { dimAt } from '../../onnx/shapes';
import type { GraphBuilder } from '../../onnx/builder';
import type { Value } from '../../onnx/model';
import { intOf, type RuleContext, type Rules } from '../rule';

/** `value` of the reduced shape, with the reduced axes back as 1, so that it broadcasts over x. */
function withAxes({ node, inputs: [, axes], g }: RuleContext, value: Value): Value {
  if (!axes || intOf(node, 'keepdims', 1) === 1) return value;
  return g.unsqueeze(value, g.integersOf(axes));
}

function input({ inputs: [x] }: RuleContext): Value {
  if (!x) throw new Error('A reduction has an input.');
  return x;
}

/** How many elements make one, as a scalar; sizes known only at run time are counted there. */
function countOf(x: Value, axes: readonly number[], g: GraphBuilder): Value {
  const sizes = axes.map((axis) => dimAt(x.shape, axis));
  if (sizes.every((size) => typeof size === 'number'))
    return g.scalar(sizes.reduce<number>((product, size) => product * size, 1));
  const ones = g.add(g.mul(x, g.scalar(0)), g.scalar(1));
  return g.reduceSum(ones, axes, true);
}

/** Sums over axes. Their second input is the list of axes. */
export const reduction = {
  ReduceSum: (context) => [() => withAxes(context, context.dy), null],
  ReduceMean: (context) => {
    const { g, dy, inputs } = context;
    const x = input(context);
    const axes = inputs[1] ? g.integersOf(inputs[1]) : [];
    return [() => g.div(withAxes(context, dy), countOf(x, axes, g)), null];
  },
  // The gradient goes to the largest element; equal ones share it.
  ReduceMax: (context) => {
    const { g, dy, outputs, inputs } = context;
    const x = input(context);
    const axes = inputs[1] ? g.integersOf(inputs[1]) : [];
    const [y] = outputs;
    return [
      () => {
        const isLargest = g.cast(g.equal(x, withAxes(context, y ?? x)), 'float32');
        const share = g.div(isLargest, g.reduceSum(isLargest, axes, true));
        return g.mul(share, withAxes(context, dy));
      },
      null,
    ];
  },
} satisfies Rules;
