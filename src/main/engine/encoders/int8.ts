// Linear maps of the text side in 8 bits: what they are made of, and how a graph does them. Their
// inputs are scaled by numbers that never change, so a text says the same whatever is read beside it.
import { StudioError } from '../../../shared/errors';
import type { GraphBuilder } from '../onnx/builder';
import type { Value } from '../onnx/model';
import { linearNames, type Linear, type LinearName } from './graph';

/** How the linear maps of the text side are done. */
export type Arithmetic = 'float32' | 'int8';

/** What the environment asks for by HANDFUL_ARITHMETIC. Throws 'bad-request' when there is no such thing. */
export function chosenArithmetic(name = process.env.HANDFUL_ARITHMETIC ?? ''): Arithmetic {
  if (name === '' || name === 'float32') return 'float32';
  if (name === 'int8') return 'int8';
  throw new StudioError(
    'bad-request',
    `HANDFUL_ARITHMETIC asks for "${name}", and there are only float32 and int8. Name one of these, or none.`,
  );
}

/**
 * Largest weight. Two products of it and 255 just fit into the 16 bits in which processors without
 * VNNI add them up; with 127 they would cut silently, and what a text says would depend on the processor.
 */
const mostWeight = 64;
/** Room above what calibration has seen. */
const margin = 1.1;

/** Whole numbers [rows, columns] which, times the scale of their column, are about the weights. */
export interface Int8Matrix {
  readonly values: Int8Array;
  readonly shape: readonly [number, number];
  /** [columns] */
  readonly scales: Float32Array;
}

/** How the input of linear maps becomes whole numbers: (x * factors) / scale + zero, within 0 to 255. */
export interface Int8Input {
  /** Evens out columns of very different size before they share one scale, [in]; the maps hold the inverse. */
  readonly factors: Float32Array;
  readonly scale: number;
  readonly zero: number;
}

export interface Int8Map {
  /** The weights divided by the factors of their input, [in, out]. */
  readonly forward: Int8Matrix;
  /** The weights transposed, for gradients, [out, in]. */
  readonly backward: Int8Matrix;
  readonly bias: Float32Array;
}

/** All linear maps of an encoder; inputs by the map that is their first reader: q, o, i, d. */
export interface Int8Maps {
  readonly inputOf: (layer: number, linear: LinearName) => Int8Input;
  readonly mapOf: (layer: number, linear: LinearName) => Int8Map;
}

/** Query, key and value read the same tokens. */
export const sharedInput = (linear: LinearName): LinearName =>
  linear === 'k' || linear === 'v' ? 'q' : linear;

/** The maps that are the first readers of their input. */
export const inputNames = linearNames.filter((name) => sharedInput(name) === name);

/** The input's scaling; `low` and `high` [in]: the least and most that each column has been. */
export function int8Input(low: Float32Array, high: Float32Array): Int8Input {
  const sizes = low.map((least, k) => Math.sqrt(Math.max(1e-3, -least, high[k] ?? 0)));
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  // Rounded, so that the last bit of a sum on another processor changes nothing.
  const factors = sizes.map((size) => Number((mean / size).toPrecision(3)));
  const most = (of: Float32Array, sign: number) =>
    of.reduce((top, x, k) => Math.max(top, sign * x * (factors[k] ?? 1)), 0) * margin;
  const [below, above] = [most(low, -1), most(high, 1)];
  const scale = Number(Math.max(1e-6, (below + above) / 255).toPrecision(3));
  return { factors, scale, zero: Math.min(255, Math.round(below / scale)) };
}

/** `weight` [out, in] as the safetensors file has it, and the factors of its input [in]. */
export function int8Map(weight: Float32Array, bias: Float32Array, factors: Float32Array): Int8Map {
  const [inputs, outputs] = [factors.length, bias.length];
  const turned = new Float32Array(weight.length);
  for (let j = 0; j < outputs; j++)
    for (let k = 0; k < inputs; k++)
      turned[k * outputs + j] = (weight[j * inputs + k] ?? 0) / (factors[k] ?? 1);
  return {
    forward: int8Matrix(turned, [inputs, outputs]),
    backward: int8Matrix(weight, [outputs, inputs]),
    bias,
  };
}

/** Each column in steps of its largest number / `mostWeight`. */
function int8Matrix(numbers: Float32Array, shape: readonly [number, number]): Int8Matrix {
  const [rows, width] = shape;
  const scales = new Float32Array(width).fill(1e-12);
  for (let r = 0, i = 0; r < rows; r++)
    for (let c = 0; c < width; c++, i++) {
      const size = Math.abs(numbers[i] ?? 0) / mostWeight;
      if (size > (scales[c] ?? 0)) scales[c] = size;
    }
  const values = new Int8Array(rows * width);
  for (let r = 0, i = 0; r < rows; r++)
    for (let c = 0; c < width; c++, i++)
      values[i] = Math.round((numbers[i] ?? 0) / (scales[c] ?? 1));
  return { values, shape, scales };
}

/**
 * The maps as nodes. Gradients go back as if nothing were rounded (straight-through; Bengio et al.
 * 2013), through products in 8 bits, too (SwitchBack; Wortsman et al. 2023).
 */
export function int8Linear(g: GraphBuilder, maps: Int8Maps): Linear {
  const quantized = new Map<string, { values: Value; scale: Value; zero: Value }>();
  const inputOf = (layer: number, linear: LinearName, x: Value) => {
    const known = quantized.get(x.name);
    if (known) return known;
    const { factors, scale, zero } = maps.inputOf(layer, linear);
    const name = `int8.${layer}.${sharedInput(linear)}`;
    const even = g.mul(x, g.constant(factors, [factors.length]));
    const of = { scale: g.scalar(scale), zero: g.named(`${name}.zero`, Uint8Array.of(zero), []) };
    const input = { values: g.quantize(even, of.scale, of.zero), ...of };
    quantized.set(x.name, input);
    return input;
  };
  const matrix = (name: string, { values, shape, scales }: Int8Matrix) => ({
    values: g.named(name, values, shape),
    scales: g.named(`${name}.scales`, scales, [scales.length]),
    zeros: g.named(`${name}.zeros`, new Int8Array(scales.length), [scales.length]),
  });
  return (layer, linear, x) => {
    const map = maps.mapOf(layer, linear);
    const name = `int8.${layer}.${linear}`;
    const y = g.matMulIntegerToFloat(
      inputOf(layer, linear, x),
      matrix(name, map.forward),
      g.named(`${name}.bias`, map.bias, [map.bias.length]),
    );
    const dx = (dy: Value) => g.dynamicMatMul(dy, matrix(`${name}.back`, map.backward));
    return g.withGradient(x, y, dx);
  };
}

/** What a text pass is told about its linear maps: null for float32. */
export const mapsOption = (g: GraphBuilder, maps: Int8Maps | null): { linear?: Linear } =>
  maps ? { linear: int8Linear(g, maps) } : {};
