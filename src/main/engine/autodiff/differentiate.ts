// Reverse-mode differentiation: one walk over the nodes of a graph, from the last to the first.
// The backward pass is more nodes of the same graph.
import { StudioError } from '../../../shared/errors';
import type { BuiltNode } from '../onnx/assembly';
import type { GraphBuilder } from '../onnx/builder';
import type { Value } from '../onnx/model';
import { showShape } from '../onnx/shapes';
import { constants, rules } from './rules/index';
import { unbroadcast } from './unbroadcast';

/**
 * The gradients of a scalar with respect to values of its graph, in their order and shapes. Only
 * paths that lead from one of them to the loss are built. Throws 'no-gradient' where an operator on
 * such a path has no rule, and where a value does not reach the loss at all.
 */
export function differentiate(g: GraphBuilder, loss: Value, wrt: readonly Value[]): Value[] {
  if (loss.shape.length !== 0)
    throw new StudioError(
      'bad-graph',
      `Only a scalar can be differentiated; "${loss.name}" is ${showShape(loss.shape)}.`,
    );
  const forward = [...g.nodes];
  const reached = reachableFrom(wrt, forward, g);
  /** What arrived at a value so far; 1 on axes where it is the same for all places. */
  const gradients = new Map<string, Value>([[loss.name, g.scalar(1)]]);

  const arrive = (value: Value, gradient: () => Value) => {
    const dx = g.scope('backward', () => unbroadcast(gradient(), value.shape, g));
    const before = gradients.get(value.name);
    gradients.set(value.name, before ? g.add(before, dx) : dx);
  };

  for (const node of forward.toReversed()) {
    const [y, ...others] = node.outputs;
    const arrived = y && gradients.get(y.name);
    const stray = others.find((output) => gradients.has(output.name));
    if (stray) throw noGradient(node, `for its side output "${stray.name}"`);
    if (!arrived || !reached.has(y.name)) continue;
    const dy = g.scope('backward', () => g.expandLike(arrived, y));
    const own = g.ownGradient(y);
    if (own) {
      if (reached.has(own.x.name)) arrive(own.x, () => own.dx(dy));
      continue;
    }
    const rule = rules[node.opType];
    if (!rule) throw noGradient(node, `needed for ${listNames(wrt)}`);
    const leaving = rule({ node, inputs: node.inputs, outputs: node.outputs, dy, g });
    node.inputs.forEach((input, i) => {
      const gradient = leaving[i];
      if (gradient && reached.has(input.name)) arrive(input, gradient);
    });
  }

  return wrt.map((value) => {
    const gradient = gradients.get(value.name);
    if (!gradient)
      throw new StudioError('no-gradient', `"${value.name}" does not reach "${loss.name}".`);
    return g.expandLike(gradient, value);
  });
}

/** Names of all values through which a change of `wrt` reaches on. */
function reachableFrom(
  wrt: readonly Value[],
  nodes: readonly BuiltNode[],
  g: GraphBuilder,
): ReadonlySet<string> {
  const reached = new Set(wrt.map((value) => value.name));
  for (const node of nodes) {
    if (constants.has(node.opType)) continue;
    if (!node.inputs.some((input) => reached.has(input.name))) continue;
    for (const output of node.outputs) if (!g.isDetached(output)) reached.add(output.name);
  }
  return reached;
}

const noGradient = (node: BuiltNode, why: string) =>
  new StudioError(
    'no-gradient',
    `No gradient rule for "${node.opType}" (node "${node.name}"), ${why}.`,
  );

const listNames = (values: readonly Value[]) => values.map((value) => `"${value.name}"`).join(', ');
