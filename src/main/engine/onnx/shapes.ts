// Arithmetic of shapes whose sizes may be names. A name stands for one unknown size; a product of
// sizes is written `2*batch*text`, factors in order, so equal products are equal strings.
import { StudioError } from '../../../shared/errors';
import type { Dim, Shape } from './model';

const badShape = (message: string) => new StudioError('bad-graph', message);

export const showShape = (shape: Shape): string => `[${shape.join(', ')}]`;

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((dim, i) => dim === b[i]);

/** The size at `axis`, which may count from the end. */
export function dimAt(shape: Shape, axis: number): Dim {
  const dim = shape.at(axis);
  if (dim === undefined) throw badShape(`Shape ${showShape(shape)} has no axis ${axis}.`);
  return dim;
}

/** `axis` counted from the front. */
export const normalAxis = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** The shape of an elementwise result (numpy's rule). A name meets only itself or 1. */
export function broadcastShapes(a: Shape, b: Shape, what: string): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[a.length - rank + i] ?? 1;
    const right = b[b.length - rank + i] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    throw badShape(`${what}: shapes ${showShape(a)} and ${showShape(b)} do not go together.`);
  });
}

/** The product of sizes as one size. */
export function productOf(dims: Shape): Dim {
  let number = 1;
  const names: string[] = [];
  for (const dim of dims) {
    for (const factor of typeof dim === 'number' ? [dim] : dim.split('*')) {
      if (typeof factor === 'number' || /^\d+$/.test(factor)) number *= Number(factor);
      else names.push(factor);
    }
  }
  if (names.length === 0) return number;
  names.sort();
  return [...(number === 1 ? [] : [String(number)]), ...names].join('*');
}

/**
 * What ONNX's Reshape must be told to turn `from` into `to`: a number, 0 for "as the input has it
 * at this place", or one -1 for "the rest".
 */
export function reshapeSpec(from: Shape, to: Shape, what: string): number[] {
  if (productOf(from) !== productOf(to))
    throw badShape(`${what}: ${showShape(from)} cannot be reshaped to ${showShape(to)}.`);
  if (unknownSizes(from, to) > 1)
    throw badShape(`${what}: ${showShape(to)} has more than one size that cannot be told.`);
  return to.map((dim, i) => (typeof dim === 'number' ? dim : dim === from[i] ? 0 : -1));
}

/** How many sizes of `to` are neither numbers nor the same name at the same place of `from`. */
export const unknownSizes = (from: Shape, to: Shape): number =>
  to.filter((dim, i) => typeof dim !== 'number' && dim !== from[i]).length;

/** The shape after a matrix product; both have at least two axes. */
export function matMulShape(a: Shape, b: Shape, what: string): Shape {
  if (a.length < 2 || b.length < 2 || dimAt(a, -1) !== dimAt(b, -2))
    throw badShape(`${what}: ${showShape(a)} x ${showShape(b)} is no matrix product.`);
  const batch = broadcastShapes(a.slice(0, -2), b.slice(0, -2), what);
  return [...batch, dimAt(a, -2), dimAt(b, -1)];
}

/** The sum of sizes as one size. */
export function sumOf(dims: Shape): Dim {
  const number = dims.reduce<number>((sum, dim) => (typeof dim === 'number' ? sum + dim : sum), 0);
  const names = dims.filter((dim) => typeof dim === 'string').sort();
  if (names.length === 0) return number;
  return [...names, ...(number === 0 ? [] : [String(number)])].join('+');
}
