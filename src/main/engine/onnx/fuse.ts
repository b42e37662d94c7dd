// Fewer and larger operators that compute the same: equal nodes once, transposes and factors inside
// matrix products, sums inside them. A runtime does this itself when it opens a graph, but looks for
// hundreds of other patterns as well, which takes as long as several training steps.
import type { Model, Node, Shape } from './model';
import { sameShape } from './shapes';

/** The same graph for ONNX Runtime on the processor: FusedMatMul is an operator of its own. */
export function fuse(model: Model): Model {
  const draft = new Draft(model);
  mergeEqual(draft);
  foldIntoProducts(draft);
  addInsideProducts(draft);
  return draft.model();
}

/** A graph whose nodes are being replaced. */
class Draft {
  nodes: Node[];
  readonly #shapes = new Map<string, Shape>();
  readonly #scalars = new Map<string, number>();
  readonly #outputs: ReadonlySet<string>;

  constructor(private readonly from: Model) {
    const { nodes, inputs, values, outputs, initializers } = from.graph;
    this.nodes = [...nodes];
    this.#outputs = new Set(outputs.map(({ name }) => name));
    for (const { name, shape } of [...inputs, ...values, ...outputs, ...initializers])
      this.#shapes.set(name, shape);
    for (const { name, type, shape, data } of initializers)
      if (type === 'float32' && shape.length === 0 && data instanceof Uint8Array)
        this.#scalars.set(name, new DataView(data.buffer, data.byteOffset).getFloat32(0, true));
  }

  isOutput = (name: string): boolean => this.#outputs.has(name);
  shapeOf = (name: string): Shape | undefined => this.#shapes.get(name);
  scalarOf = (name: string | undefined): number | undefined => this.#scalars.get(name ?? '');

  makers(): Map<string, Node> {
    return new Map(this.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  }

  readers(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const name of [...this.nodes.flatMap(({ inputs }) => inputs), ...this.#outputs])
      counts.set(name, (counts.get(name) ?? 0) + 1);
    return counts;
  }

  /** Without what nobody reads. */
  model(): Model {
    const { graph } = this.from;
    const needed = new Set(this.#outputs);
    const nodes = this.nodes
      .toReversed()
      .filter(({ inputs, outputs }) => {
        const isNeeded = outputs.some((name) => needed.has(name));
        if (isNeeded) for (const name of inputs) needed.add(name);
        return isNeeded;
      })
      .toReversed();
    const made = new Set(nodes.flatMap(({ outputs }) => outputs));
    return {
      ...this.from,
      graph: {
        ...graph,
        nodes,
        values: graph.values.filter(({ name }) => made.has(name)),
        initializers: graph.initializers.filter(({ name }) => needed.has(name)),
      },
    };
  }
}

/** Nodes that do the same to the same values become one. */
function mergeEqual(draft: Draft): void {
  const known = new Map<string, readonly string[]>();
  const names = new Map<string, string>();
  draft.nodes = draft.nodes.flatMap((before) => {
    const node = { ...before, inputs: before.inputs.map((name) => names.get(name) ?? name) };
    const key = describe(node);
    const twin = known.get(key);
    if (!twin || node.outputs.some(draft.isOutput)) {
      known.set(key, node.outputs);
      return [node];
    }
    node.outputs.forEach((name, i) => names.set(name, twin[i] ?? name));
    return [];
  });
}

/** What a node does to what, but for its names; a tensor among its attributes is taken for unique. */
function describe({ name, opType, domain, inputs, outputs, attributes }: Node): string {
  const settings = Object.entries(attributes).map(([key, { kind, value }]) =>
    kind === 'tensor' ? name : `${key} ${kind} ${String(value)}`,
  );
  return [opType, domain, outputs.length, ...inputs, ...settings].join('\n');
}

interface Operand {
  readonly name: string;
  readonly isTurned: boolean;
  readonly factor: number;
}

/** Products take a transposed or scaled operand as it was before. */
function foldIntoProducts(draft: Draft): void {
  const makers = draft.makers();
  const unfold = (operand: Operand): Operand => {
    const maker = makers.get(operand.name);
    const [a = '', b] = maker?.inputs ?? [];
    if (maker?.opType === 'Transpose' && swapsLast(maker))
      return unfold({ ...operand, name: a, isTurned: !operand.isTurned });
    const factor = maker?.opType === 'Mul' ? draft.scalarOf(b) : undefined;
    if (factor !== undefined)
      return unfold({ ...operand, name: a, factor: operand.factor * factor });
    return operand;
  };
  draft.nodes = draft.nodes.map((node) => {
    if (node.opType !== 'MatMul') return node;
    const [a, b] = node.inputs.map((name) => unfold({ name, isTurned: false, factor: 1 }));
    if (!a || !b) return node;
    const alpha = a.factor * b.factor;
    if (!a.isTurned && !b.isTurned && alpha === 1) return node;
    const isFlat = [a, b].every(({ name }) => draft.shapeOf(name)?.length === 2);
    return {
      ...node,
      ...(isFlat ? { opType: 'Gemm' } : { opType: 'FusedMatMul', domain: 'com.microsoft' }),
      inputs: [a.name, b.name],
      attributes: {
        transA: { kind: 'int', value: a.isTurned ? 1 : 0 },
        transB: { kind: 'int', value: b.isTurned ? 1 : 0 },
        alpha: { kind: 'float', value: Math.fround(alpha) },
      },
    };
  });
}

/** Whether a transpose exchanges the last two axes and leaves the others. */
function swapsLast({ attributes: { perm } }: Node): boolean {
  if (perm?.kind !== 'ints') return false;
  const last = perm.value.length - 1;
  return perm.value.every((axis, i) => axis === (i < last - 1 ? i : i === last ? last - 1 : last));
}

/** What is added to a product of two matrices that nobody else reads is where its sum begins. */
function addInsideProducts(draft: Draft): void {
  const makers = draft.makers();
  const readers = draft.readers();
  draft.nodes = draft.nodes.map((node) => {
    const [sum = ''] = node.outputs;
    const shape = draft.shapeOf(sum);
    if (node.opType !== 'Add' || shape?.length !== 2) return node;
    for (const [product = '', other = ''] of [node.inputs, node.inputs.toReversed()]) {
      const maker = makers.get(product);
      const isProduct = maker?.opType === 'MatMul' || maker?.opType === 'Gemm';
      if (!isProduct || maker.inputs.length !== 2 || readers.get(product) !== 1) continue;
      if (!sameShape(draft.shapeOf(product) ?? [], shape)) continue;
      if (!spreadsOver(draft.shapeOf(other), shape)) continue;
      const fused = { ...maker, opType: 'Gemm', inputs: [...maker.inputs, other], outputs: [sum] };
      makers.set(sum, fused);
      return fused;
    }
    return node;
  });
}

/** Whether a value is repeated to `shape` by numpy's rule, without making it larger. */
const spreadsOver = (value: Shape | undefined, shape: Shape): boolean =>
  value !== undefined &&
  value.length <= shape.length &&
  value.every((dim, i) => dim === 1 || dim === shape[shape.length - value.length + i]);
