// What every graph under construction needs, whatever its operators: inputs, constants, nodes, names,
// and the finished model. Deterministic: same calls, same bytes.
import { StudioError } from '../../../shared/errors';
import type { Attribute, DataType, ExternalData, Initializer, Model, Shape, Value } from './model';
import { showShape } from './shapes';

/** A node while its graph is being built: values instead of names, so that it can be walked. */
export interface BuiltNode {
  readonly name: string;
  readonly opType: string;
  /** Empty for the standard operators. */
  readonly domain: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

const copy = (name: string, value: Value): BuiltNode => ({
  name: `${name}/Identity`,
  ...{ opType: 'Identity', domain: '', attributes: {} },
  ...{ inputs: [value], outputs: [{ ...value, name }] },
});

const opset = 20;
const irVersion = 10;

export class GraphAssembly {
  readonly #nodes: BuiltNode[] = [];
  readonly #inputs: Value[] = [];
  readonly #initializers = new Map<string, Initializer>();
  readonly #constants = new Map<string, Value>();
  /** Contents of small int64 constants, for the rules that need them (axes, shapes). */
  readonly #integers = new Map<string, readonly number[]>();
  readonly #used = new Map<string, number>();
  readonly #scopes: string[] = [];

  constructor(readonly name: string) {}

  /** All nodes so far, in topological order. */
  get nodes(): readonly BuiltNode[] {
    return this.#nodes;
  }

  /** Nodes made inside get `name/` before their names, so that errors and profiles can be read. */
  scope<T>(name: string, build: () => T): T {
    this.#scopes.push(name);
    try {
      return build();
    } finally {
      this.#scopes.pop();
    }
  }

  // ---- where values come from

  /** A value that is fed at every run. */
  input(name: string, type: DataType, shape: Shape): Value {
    if (this.#inputs.some((input) => input.name === name))
      throw new StudioError('bad-graph', `The graph already has an input "${name}".`);
    const value = { name, type, shape };
    this.#inputs.push(value);
    return value;
  }

  /** A constant whose bytes stay in another file. */
  external(name: string, type: DataType, shape: readonly number[], data: ExternalData): Value {
    this.#initializers.set(name, { name, type, shape, data });
    return { name, type, shape };
  }

  /** A constant under a name of its own, neither copied nor compared with others: for large ones. */
  named(
    name: string,
    data: Float32Array | Int8Array | Uint8Array,
    shape: readonly number[],
  ): Value {
    const type =
      data instanceof Float32Array ? 'float32' : data instanceof Int8Array ? 'int8' : 'uint8';
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializers.set(name, { name, type, shape, data: bytes });
    return { name, type, shape };
  }

  /** A float32 constant; equal constants become one. */
  constant(data: Float32Array, shape: readonly number[]): Value {
    return this.#constant(
      'float32',
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      shape,
    );
  }

  scalar(value: number): Value {
    return this.constant(Float32Array.of(value), []);
  }

  /** An int64 vector: axes, sizes, indices. */
  integers(values: readonly number[]): Value {
    const data = BigInt64Array.from(values.map(BigInt));
    const value = this.#constant('int64', new Uint8Array(data.buffer), [values.length]);
    this.#integers.set(value.name, values);
    return value;
  }

  /** One int64 number. */
  integer(value: number): Value {
    return this.#constant('int64', new Uint8Array(BigInt64Array.of(BigInt(value)).buffer), []);
  }

  /** The numbers of a constant made by `integers`. */
  integersOf(value: Value): readonly number[] {
    const values = this.#integers.get(value.name);
    if (!values) throw new StudioError('bad-graph', `"${value.name}" is no constant of integers.`);
    return values;
  }

  #constant(type: DataType, data: Uint8Array, shape: readonly number[]): Value {
    const key = `${type}${showShape(shape)}${Buffer.from(data).toString('base64')}`;
    const known = this.#constants.get(key);
    if (known) return known;
    const value = { name: this.#unique('constant'), type, shape };
    const copy = Uint8Array.from(data); // the caller may go on writing into its own
    this.#initializers.set(value.name, { name: value.name, type, shape, data: copy });
    this.#constants.set(key, value);
    return value;
  }

  // ---- the result

  /**
   * The graph that computes `outputs`; nodes, inputs, constants and last outputs of nodes that they do
   * not need are left out, and copies of what a node makes are that itself. Keys name the outputs.
   */
  model(outputs: Readonly<Record<string, Value>>, metadata: Record<string, string> = {}): Model {
    const { nodes: all, nameOf } = this.#named(outputs);
    const needed = new Set(Object.keys(outputs));
    const nodes: Model['graph']['nodes'][number][] = [];
    const values: Value[] = [];
    for (const node of all.toReversed()) {
      const made = node.outputs.map((value) => ({ ...value, name: nameOf(value) }));
      const last = made.findLastIndex(({ name }) => needed.has(name));
      if (last < 0) continue;
      const inputs = node.inputs.map(nameOf);
      for (const name of inputs) needed.add(name);
      const kept = made.slice(0, last + 1);
      nodes.push({ ...node, inputs, outputs: kept.map(({ name }) => name) });
      values.push(...kept.filter(({ name }) => !(name in outputs)).toReversed());
    }
    return {
      irVersion,
      opset,
      producer: 'handful',
      metadata,
      graph: {
        name: this.name,
        nodes: nodes.toReversed(),
        inputs: this.#inputs.filter((input) => needed.has(input.name)),
        outputs: Object.entries(outputs).map(([name, { type, shape }]) => ({ name, type, shape })),
        values: values.toReversed(),
        initializers: [...this.#initializers.values()].filter(({ name }) => needed.has(name)),
      },
    };
  }

  /** The nodes, and how their values are called when some are outputs of the graph. */
  #named(outputs: Readonly<Record<string, Value>>) {
    const sources = new Map<string, string>();
    const made = new Set<string>();
    const sourceOf = ({ name }: Value) => sources.get(name) ?? name;
    const nodes: BuiltNode[] = [];
    for (const node of this.#nodes) {
      const [from] = node.inputs;
      const isCopy = node.opType === 'Identity' && from !== undefined && made.has(sourceOf(from));
      if (!isCopy) nodes.push(node);
      for (const { name } of node.outputs)
        if (isCopy) sources.set(name, sourceOf(from));
        else made.add(name);
    }
    const names = new Map<string, string>();
    for (const [name, value] of Object.entries(outputs)) {
      const source = sourceOf(value);
      if (made.has(source) && !names.has(source)) names.set(source, name);
      // An input, a constant, or what has a name already.
      else nodes.push(copy(name, { ...value, name: source }));
    }
    const nameOf = (value: Value) => names.get(sourceOf(value)) ?? sourceOf(value);
    return { nodes, nameOf };
  }

  /** Adds a node with one output. */
  protected node(
    opType: string,
    inputs: readonly Value[],
    type: DataType,
    shape: Shape,
    attributes: Record<string, Attribute> = {},
  ): Value {
    const [value] = this.nodeOf(opType, inputs, { outputs: [{ type, shape }], attributes });
    if (!value) throw new StudioError('internal', `${opType} has an output.`);
    return value;
  }

  /** Adds a node with any number of outputs. */
  protected nodeOf(
    opType: string,
    inputs: readonly Value[],
    made: {
      outputs: readonly { type: DataType; shape: Shape }[];
      attributes: Record<string, Attribute>;
      domain?: string;
    },
  ): readonly Value[] {
    const name = this.#unique(opType);
    const outputs = made.outputs.map((output, i) => ({
      ...output,
      name: i === 0 ? name : `${name}.${i}`,
    }));
    const { attributes, domain = '' } = made;
    this.#nodes.push({ name, opType, domain, inputs, outputs, attributes });
    return outputs;
  }

  #unique(kind: string): string {
    const stem = [...this.#scopes, kind].join('/');
    const count = this.#used.get(stem) ?? 0;
    this.#used.set(stem, count + 1);
    return `${stem}_${count}`;
  }
}
