// What a derivative rule is. A rule says, for each input of a node, how the gradient that arrives at
// its output leaves through that input. It never thinks about broadcasting, accumulation or pruning:
// the walk does. Five words in every rule: inputs, outputs, dy (arrives), dx (leaves), g (the builder).
import type { BuiltNode } from '../onnx/assembly';
import type { GraphBuilder } from '../onnx/builder';
import type { Value } from '../onnx/model';

/** Builds the gradient of one input, when it is wanted; null: nothing flows here (indices, shapes). */
export type Gradient = (() => Value) | null;

export interface RuleContext {
  readonly node: BuiltNode;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** The gradient of the first output, in its full shape. */
  readonly dy: Value;
  readonly g: GraphBuilder;
}

/** One entry per input of the node. */
export type Rule = (context: RuleContext) => readonly Gradient[];

export type Rules = Readonly<Record<string, Rule>>;

/** A rule for one input: dx from (x, y, dy, g). */
export const unary =
  (dx: (x: Value, y: Value, dy: Value, g: GraphBuilder) => Value): Rule =>
  ({ inputs: [x], outputs: [y], dy, g }) => {
    if (!x || !y) throw new Error('A node with one input and one output was expected.');
    return [() => dx(x, y, dy, g)];
  };

/** A rule for two inputs: gradients of both from (a, b, dy, g). */
export const binary =
  (rule: (a: Value, b: Value, dy: Value, g: GraphBuilder, y: Value) => readonly Gradient[]): Rule =>
  ({ inputs: [a, b], outputs: [y], dy, g }) => {
    if (!a || !b || !y) throw new Error('A node with two inputs and one output was expected.');
    return rule(a, b, dy, g, y);
  };

/** The number of an attribute of the node. */
export function intOf(node: BuiltNode, name: string, otherwise: number): number {
  const attribute = node.attributes[name];
  return attribute?.kind === 'int' ? attribute.value : otherwise;
}

/** The numbers of an attribute of the node. */
export function intsOf(node: BuiltNode, name: string): readonly number[] {
  const attribute = node.attributes[name];
  return attribute?.kind === 'ints' ? attribute.value : [];
}
