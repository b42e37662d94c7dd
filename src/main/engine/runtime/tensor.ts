// Tensors as the sessions take and give them.
import { ort } from './onnxruntime';

/** A tensor on the processor, or one that stays on the graphics card between two runs. */
export type Tensor = ort.Tensor;

/** Wraps (does not copy) the numbers. */
export const floats = (data: Float32Array, shape: readonly number[]): Tensor =>
  new ort.Tensor('float32', data, shape);

/** Wraps (does not copy) the numbers. */
export const longs = (data: BigInt64Array, shape: readonly number[]): Tensor =>
  new ort.Tensor('int64', data, shape);

export const scalar = (value: number): Tensor => floats(Float32Array.of(value), []);

/** The numbers of a float tensor that is on the processor. */
export const dataOf = (tensor: Tensor | undefined): Float32Array => {
  if (tensor?.type !== 'float32') throw new Error('A float tensor was expected.');
  return tensor.data as Float32Array;
};
