// Minimises a smooth function by limited-memory BFGS (Nocedal and Wright, Numerical Optimization,
// algorithms 7.4 and 7.5), with steps that satisfy the weak Wolfe conditions.
import { addRow, dot } from './multiply';

/** Returns f(x) and writes its gradient at x to `gradient`. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
  /** The gradient is as flat as was asked for. */
  readonly converged: boolean;
}

/** How many of the last steps describe the curvature. */
const memory = 10;

/** Minimises `objective` from `start` until no component of the gradient exceeds `tolerance`. */
export function minimize(
  objective: Objective,
  start: Float64Array,
  { tolerance = 1e-5, maxIterations = 500 } = {},
): Minimum {
  const size = start.length;
  let x = start.slice();
  let gradient = new Float64Array(size);
  let value = objective(x, gradient);
  const pairs: Pair[] = [];
  for (let iterations = 0; ; iterations++) {
    const flat = gradient.every((g) => Math.abs(g) <= tolerance);
    if (flat || iterations === maxIterations) return { x, value, iterations, converged: flat };
    const direction = quasiNewtonDirection(gradient, pairs);
    const first =
      pairs.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(dot(gradient, 0, gradient, 0, size)));
    const next = searchLine(objective, x, value, gradient, direction, first);
    if (!next) return { x, value, iterations, converged: false };
    const step = next.x.map((xi, i) => xi - (x[i] ?? 0));
    const change = next.gradient.map((gi, i) => gi - (gradient[i] ?? 0));
    const curvature = dot(step, 0, change, 0, size);
    if (curvature > 0) pairs.push({ step, change, curvature });
    if (pairs.length > memory) pairs.shift();
    ({ x, value, gradient } = next);
  }
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly curvature: number;
}

/** -H gradient, where H is the inverse curvature that the pairs have shown (the two-loop recursion). */
function quasiNewtonDirection(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.map((g) => -g);
  const size = gradient.length;
  const alphas: number[] = [];
  for (const { step, change, curvature } of pairs.toReversed()) {
    const alpha = dot(step, 0, direction, 0, size) / curvature;
    alphas.push(alpha);
    addRow(-alpha, change, 0, direction, 0, size);
  }
  const last = pairs.at(-1);
  if (last) {
    const scale = last.curvature / dot(last.change, 0, last.change, 0, size);
    for (let i = 0; i < size; i++) direction[i] = (direction[i] ?? 0) * scale;
  }
  for (const { step, change, curvature } of pairs) {
    const beta = dot(change, 0, direction, 0, size) / curvature;
    addRow((alphas.pop() ?? 0) - beta, step, 0, direction, 0, size);
  }
  return direction;
}

/** Bisects, or doubles, until the step lowers f enough and flattens it; undefined if rounding forbids. */
function searchLine(
  objective: Objective,
  from: Float64Array<ArrayBuffer>,
  value: number,
  gradient: Float64Array,
  direction: Float64Array,
  first: number,
):
  { x: Float64Array<ArrayBuffer>; value: number; gradient: Float64Array<ArrayBuffer> } | undefined {
  const size = from.length;
  const slope = dot(gradient, 0, direction, 0, size);
  if (!(slope < 0)) return undefined;
  let [low, high, length] = [0, Infinity, first];
  for (let tries = 0; tries < 40; tries++) {
    const x = from.slice();
    addRow(length, direction, 0, x, 0, size);
    const nextGradient = new Float64Array(size);
    const next = objective(x, nextGradient);
    if (!(next <= value + 1e-4 * length * slope)) high = length;
    else if (dot(nextGradient, 0, direction, 0, size) < 0.9 * slope) low = length;
    else return { x, value: next, gradient: nextGradient };
    length = high < Infinity ? (low + high) / 2 : 2 * low;
  }
  return undefined;
}
