// GraphBuilder: one method for each operator that we may emit. All of them run on every provider
// that we use (no Sum, OneHot, LogSoftmax, Dropout, Sign or arithmetic on int64: these leave the
// graphics card), and each infers the shape of its result.
import { StudioError } from '../../../shared/errors';
import { GraphAssembly } from './assembly';
import { dataTypeCodes } from './fields';
import type { Attribute, DataType, Dim, Shape, Value } from './model';
import {
  broadcastShapes,
  dimAt,
  matMulShape,
  normalAxis,
  reshapeSpec,
  sameShape,
  showShape,
  sumOf,
  unknownSizes,
} from './shapes';

const int = (value: number): Attribute => ({ kind: 'int', value });
/** Rounded as it will be stored, so that a model that is read back equals the one that was built. */
const float = (value: number): Attribute => ({ kind: 'float', value: Math.fround(value) });
const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value });

/** Whether a permutation exchanges the last two axes and leaves the others. */
const isSwapOfLast = (perm: readonly number[]): boolean =>
  perm.every((axis, i) => {
    const fromEnd = perm.length - i;
    return axis === (fromEnd === 1 ? i - 1 : fromEnd === 2 ? i + 1 : i);
  });

interface OwnGradient {
  readonly x: Value;
  readonly dx: (dy: Value) => Value;
}

export class GraphBuilder extends GraphAssembly {
  readonly #detached = new Set<string>();
  readonly #ownGradients = new Map<string, OwnGradient>();
  /** What a transposed value was before, so that transposing twice costs nothing. */
  readonly #transposed = new Map<string, { from: Value; perm: readonly number[] }>();
  /** The factors of a matrix product. */
  readonly #factors = new Map<string, readonly [Value, Value]>();

  // ---- elementwise, with numpy's broadcasting

  add = (a: Value, b: Value) => this.#binary('Add', a, b);
  sub = (a: Value, b: Value) => this.#binary('Sub', a, b);
  mul = (a: Value, b: Value) => this.#binary('Mul', a, b);
  div = (a: Value, b: Value) => this.#binary('Div', a, b);
  max = (a: Value, b: Value) => this.#binary('Max', a, b);
  min = (a: Value, b: Value) => this.#binary('Min', a, b);
  equal = (a: Value, b: Value) => this.#binary('Equal', a, b, 'bool');
  greater = (a: Value, b: Value) => this.#binary('Greater', a, b, 'bool');
  less = (a: Value, b: Value) => this.#binary('Less', a, b, 'bool');
  neg = (x: Value) => this.#unary('Neg', x);
  exp = (x: Value) => this.#unary('Exp', x);
  log = (x: Value) => this.#unary('Log', x);
  sqrt = (x: Value) => this.#unary('Sqrt', x);
  reciprocal = (x: Value) => this.#unary('Reciprocal', x);
  erf = (x: Value) => this.#unary('Erf', x);
  tanh = (x: Value) => this.#unary('Tanh', x);
  sigmoid = (x: Value) => this.#unary('Sigmoid', x);
  relu = (x: Value) => this.#unary('Relu', x);
  abs = (x: Value) => this.#unary('Abs', x);
  softplus = (x: Value) => this.#unary('Softplus', x);
  gelu = (x: Value) => this.#unary('Gelu', x);
  identity = (x: Value) => this.#unary('Identity', x);
  /** slope x + offset, kept between 0 and 1. */
  hardSigmoid = (x: Value, slope: number, offset: number): Value =>
    this.node('HardSigmoid', [x], x.type, x.shape, { alpha: float(slope), beta: float(offset) });

  /** `x` as a constant: no gradient flows through it. */
  detach(x: Value): Value {
    const value = this.identity(x);
    this.#detached.add(value.name);
    return value;
  }

  isDetached = (x: Value): boolean => this.#detached.has(x.name);

  /** `y`, which was computed from `x`, with a gradient that is known better than by its operators. */
  withGradient(x: Value, y: Value, dx: (dy: Value) => Value): Value {
    const value = this.identity(y);
    this.#ownGradients.set(value.name, { x, dx });
    return value;
  }

  /** Where the gradient of `y` goes and what it is there, if `withGradient` said so. */
  ownGradient = (y: Value): OwnGradient | undefined => this.#ownGradients.get(y.name);

  /** `condition ? a : b` */
  where(condition: Value, a: Value, b: Value): Value {
    const what = `Where of "${condition.name}", "${a.name}" and "${b.name}"`;
    const shape = broadcastShapes(condition.shape, broadcastShapes(a.shape, b.shape, what), what);
    return this.node('Where', [condition, a, b], a.type, shape);
  }

  cast(x: Value, type: DataType): Value {
    const to = dataTypeCodes[type];
    return this.node('Cast', [x], type, x.shape, { to: int(to) });
  }

  // ---- shapes

  /** `shape` may keep names where they stand and have one more that follows from the rest. */
  reshape(x: Value, shape: Shape): Value {
    if (sameShape(x.shape, shape)) return x;
    const spec = this.integers(reshapeSpec(x.shape, shape, `Reshape of "${x.name}"`));
    return this.node('Reshape', [x, spec], x.type, shape);
  }

  /** `x` in the shape of `like`; where sizes cannot be told beforehand, they are asked for at run time. */
  reshapeLike(x: Value, like: Value): Value {
    if (unknownSizes(x.shape, like.shape) <= 1) return this.reshape(x, like.shape);
    return this.node('Reshape', [x, this.shapeOf(like)], x.type, like.shape);
  }

  /** `x` in the `shape` whose sizes the int64 vector `sizes` has when the graph runs. */
  reshapeBy(x: Value, sizes: Value, shape: Shape): Value {
    return this.node('Reshape', [x, sizes], x.type, shape);
  }

  transpose(x: Value, perm: readonly number[]): Value {
    const before = this.#transposed.get(x.name);
    if (before && perm.every((axis, i) => before.perm[axis] === i)) return before.from;
    const [a, b] = this.#factors.get(x.name) ?? [];
    // (A B)^T = B^T A^T, where one of them is transposed already: its transpose costs nothing.
    if (a && b && isSwapOfLast(perm) && [a, b].some(({ name }) => this.#transposed.has(name)))
      return this.matMul(this.swapLast(b), this.swapLast(a));
    const shape = perm.map((axis) => dimAt(x.shape, axis));
    const value = this.node('Transpose', [x], x.type, shape, { perm: ints(perm) });
    this.#transposed.set(value.name, { from: x, perm });
    return value;
  }

  /** The last two axes exchanged. */
  swapLast(x: Value): Value {
    const axes = x.shape.map((_, axis) => axis);
    const [row, column] = axes.splice(-2);
    return this.transpose(x, [...axes, column ?? 0, row ?? 0]);
  }

  unsqueeze(x: Value, axes: readonly number[]): Value {
    const rank = x.shape.length + axes.length;
    const at = new Set(axes.map((axis) => normalAxis(axis, rank)));
    const rest = [...x.shape];
    const shape = Array.from({ length: rank }, (_, i) => (at.has(i) ? 1 : (rest.shift() ?? 1)));
    return this.node('Unsqueeze', [x, this.integers(axes)], x.type, shape);
  }

  squeeze(x: Value, axes: readonly number[]): Value {
    const at = new Set(axes.map((axis) => normalAxis(axis, x.shape.length)));
    const shape = x.shape.filter((_, i) => !at.has(i));
    return this.node('Squeeze', [x, this.integers(axes)], x.type, shape);
  }

  /** `x` repeated to the shape of `like`. */
  expandLike(x: Value, like: Value): Value {
    if (sameShape(x.shape, like.shape)) return x;
    return this.node('Expand', [x, this.shapeOf(like)], x.type, like.shape);
  }

  /** The sizes of `x` when the graph runs, as int64. */
  shapeOf(x: Value): Value {
    return this.node('Shape', [x], 'int64', [x.shape.length]);
  }

  /** 0, 1, ... up to the size of `x` on an axis, as int64. */
  rangeOf(x: Value, axis: number): Value {
    const at = normalAxis(axis, x.shape.length);
    const size = this.gather(this.shapeOf(x), this.integer(at));
    const inputs = [this.integer(0), size, this.integer(1)];
    return this.node('Range', inputs, 'int64', [dimAt(x.shape, at)]);
  }

  concat(values: readonly Value[], axis: number): Value {
    const [first] = values;
    if (!first) throw new StudioError('bad-graph', 'Nothing to concatenate.');
    const at = normalAxis(axis, first.shape.length);
    for (const { name, shape } of values)
      if (!sameShape(shape.toSpliced(at, 1), first.shape.toSpliced(at, 1)))
        throw new StudioError(
          'bad-graph',
          `Concat of "${first.name}" and "${name}": ${showShape(first.shape)} and ${showShape(shape)} differ beside axis ${at}.`,
        );
    const sizes = values.map((value) => dimAt(value.shape, at));
    const total = sumOf(sizes);
    const shape = first.shape.map((dim, i) => (i === at ? total : dim));
    return this.node('Concat', values, first.type, shape, { axis: int(at) });
  }

  /** `x[..., start:end, ...]` on one axis whose size is known. */
  slice(x: Value, axis: number, start: number, end: number): Value {
    const at = normalAxis(axis, x.shape.length);
    const size = dimAt(x.shape, at);
    if (start < 0 || end < start || (typeof size === 'number' && end > size))
      throw new StudioError(
        'bad-graph',
        `Slice of "${x.name}": there is no ${start} to ${end} on axis ${at} of ${showShape(x.shape)}.`,
      );
    const shape = x.shape.map((dim, i): Dim => (i === at ? end - start : dim));
    const inputs = [x, this.integers([start]), this.integers([end]), this.integers([at])];
    return this.node('Slice', inputs, x.type, shape);
  }

  /** Zeros around `x`: as many before and after each axis as said. */
  pad(x: Value, before: readonly number[], after: readonly number[]): Value {
    const shape = x.shape.map((dim, i): Dim => {
      const more = (before[i] ?? 0) + (after[i] ?? 0);
      if (more === 0) return dim;
      if (typeof dim === 'number') return dim + more;
      throw new StudioError('bad-graph', `Pad of "${x.name}": the size of axis ${i} is unknown.`);
    });
    return this.node('Pad', [x, this.integers([...before, ...after])], x.type, shape);
  }

  /** Rows of `x` along `axis`, chosen by an integer tensor. */
  gather(x: Value, indices: Value, axis = 0): Value {
    const at = normalAxis(axis, x.shape.length);
    const shape = [...x.shape.slice(0, at), ...indices.shape, ...x.shape.slice(at + 1)];
    return this.node('Gather', [x, indices], x.type, shape, { axis: int(at) });
  }

  /** `x` with the rows `updates` added at `indices` [n, 1] of its first axis. */
  scatterAdd(x: Value, indices: Value, updates: Value): Value {
    const attributes = { reduction: { kind: 'string', value: 'add' } } as const;
    return this.node('ScatterND', [x, indices, updates], x.type, x.shape, attributes);
  }

  // ---- reductions

  reduceSum = (x: Value, axes: readonly number[], keep = false) =>
    this.#reduce('ReduceSum', x, axes, keep);
  reduceMean = (x: Value, axes: readonly number[], keep = false) =>
    this.#reduce('ReduceMean', x, axes, keep);
  reduceMax = (x: Value, axes: readonly number[], keep = false) =>
    this.#reduce('ReduceMax', x, axes, keep);

  /** The sum of all elements, as a scalar. */
  sumAll(x: Value): Value {
    return x.shape.length === 0
      ? x
      : this.reduceSum(
          x,
          x.shape.map((_, axis) => axis),
        );
  }

  // ---- matrices and normalisation

  /** [..., m, k] x [..., k, n] -> [..., m, n] */
  matMul(a: Value, b: Value): Value {
    const what = `MatMul of "${a.name}" and "${b.name}"`;
    const product = this.node('MatMul', [a, b], a.type, matMulShape(a.shape, b.shape, what));
    this.#factors.set(product.name, [a, b]);
    return product;
  }

  /** a b + c of matrices, [m, k] x [k, n] + what broadcasts to [m, n]. Takes a transposed b as it was. */
  gemm(a: Value, b: Value, c: Value): Value {
    const shape = matMulShape(a.shape, b.shape, `Gemm of "${a.name}" and "${b.name}"`);
    const before = this.#transposed.get(b.name);
    if (!before) return this.node('Gemm', [a, b, c], a.type, shape);
    return this.node('Gemm', [a, before.from, c], a.type, shape, { transB: int(1) });
  }

  /** `x` in steps of `scale`, counted from `zero` and kept within 0 to 255. */
  quantize(x: Value, scale: Value, zero: Value): Value {
    return this.node('QuantizeLinear', [x, scale, zero], 'uint8', x.shape);
  }

  /**
   * Integer product as float32: (a - aZero) b * aScale * bScales + bias; a [.., m, k] uint8, b [k, n] int8,
   * bScales and bias [n]. An operator of ONNX Runtime's own, on the processor only.
   */
  matMulIntegerToFloat(
    a: { values: Value; scale: Value; zero: Value },
    b: { values: Value; scales: Value; zeros: Value },
    bias: Value,
  ): Value {
    const what = `MatMulIntegerToFloat of "${a.values.name}" and "${b.values.name}"`;
    const shape = matMulShape(a.values.shape, b.values.shape, what);
    const inputs = [a.values, b.values, a.scale, b.scales, a.zero, b.zeros, bias];
    return this.#microsoft('MatMulIntegerToFloat', inputs, shape);
  }

  /** The same for an `a` in float32, whose scale and zero are found at every run. Without a bias. */
  dynamicMatMul(a: Value, b: { values: Value; scales: Value; zeros: Value }): Value {
    const what = `DynamicQuantizeMatMul of "${a.name}" and "${b.values.name}"`;
    const shape = matMulShape(a.shape, b.values.shape, what);
    return this.#microsoft('DynamicQuantizeMatMul', [a, b.values, b.scales, b.zeros], shape);
  }

  softmax(x: Value, axis: number): Value {
    const at = normalAxis(axis, x.shape.length);
    return this.node('Softmax', [x], x.type, x.shape, { axis: int(at) });
  }

  /** Over the last axis. `mean` and `inverseDeviation` serve its own derivative. */
  layerNormalization(
    x: Value,
    scale: Value,
    bias: Value,
    epsilon: number,
  ): { y: Value; mean: Value; inverseDeviation: Value } {
    const reduced: Shape = [...x.shape.slice(0, -1), 1];
    const [y, mean, inverseDeviation] = this.nodeOf('LayerNormalization', [x, scale, bias], {
      outputs: [x.shape, reduced, reduced].map((shape) => ({ type: x.type, shape })),
      attributes: { axis: int(-1), epsilon: float(epsilon) },
    });
    if (!y || !mean || !inverseDeviation)
      throw new StudioError('internal', 'LayerNormalization has three outputs.');
    return { y, mean, inverseDeviation };
  }

  // ---- how nodes are made

  #microsoft(opType: string, inputs: readonly Value[], shape: Shape): Value {
    const outputs = [{ type: 'float32', shape }] as const;
    const [y] = this.nodeOf(opType, inputs, { outputs, attributes: {}, domain: 'com.microsoft' });
    if (!y) throw new StudioError('internal', `${opType} has an output.`);
    return y;
  }

  #unary(opType: string, x: Value): Value {
    return this.node(opType, [x], x.type, x.shape);
  }

  #binary(opType: string, a: Value, b: Value, type: DataType = a.type): Value {
    const shape = broadcastShapes(a.shape, b.shape, `${opType} of "${a.name}" and "${b.name}"`);
    return this.node(opType, [a, b], type, shape);
  }

  #reduce(opType: string, x: Value, axes: readonly number[], keep: boolean): Value {
    const at = new Set(axes.map((axis) => normalAxis(axis, x.shape.length)));
    const shape = x.shape.flatMap((dim, i): Dim[] => (at.has(i) ? (keep ? [1] : []) : [dim]));
    const inputs = [x, this.integers([...at].sort((a, b) => a - b))];
    return this.node(opType, inputs, x.type, shape, { keepdims: int(keep ? 1 : 0) });
  }
}
