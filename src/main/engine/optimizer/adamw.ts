// One AdamW step as graph nodes. Loshchilov and Hutter 2019, Decoupled Weight Decay Regularization,
// algorithm 2; the same sums as torch.optim.AdamW. All vectors are [size].
import type { GraphBuilder } from '../onnx/builder';
import type { Value } from '../onnx/model';

/** A trainable tensor and how it moves. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  /** Peak learning rate. */
  readonly rate: number;
  /** Decoupled weight decay. */
  readonly decay: number;
}

export interface AdamWState {
  readonly parameters: Value;
  /** First and second moment of the gradient. */
  readonly m: Value;
  readonly v: Value;
}

export const adamWBetas = [0.9, 0.999] as const;
const epsilon = 1e-8;

/**
 * `rate` and `decay`: one number for each parameter. `corrections` [2]: 1 / (1 - beta^step) for both
 * betas, computed outside since the step number changes from run to run.
 */
export function adamW(
  g: GraphBuilder,
  { parameters, m, v }: AdamWState,
  gradient: Value,
  { rate, decay, corrections }: { rate: Value; decay: Value; corrections: Value },
): AdamWState {
  const one = g.scalar(1);
  const [beta1, beta2] = adamWBetas;
  const blend = (old: Value, fresh: Value, beta: number) =>
    g.add(g.mul(old, g.scalar(beta)), g.mul(fresh, g.scalar(1 - beta)));
  const newM = blend(m, gradient, beta1);
  const newV = blend(v, g.mul(gradient, gradient), beta2);
  const unbiasedM = g.mul(newM, g.slice(corrections, 0, 0, 1));
  const unbiasedV = g.mul(newV, g.slice(corrections, 0, 1, 2));
  const direction = g.div(unbiasedM, g.add(g.sqrt(unbiasedV), g.scalar(epsilon)));
  const decayed = g.mul(parameters, g.sub(one, g.mul(rate, decay)));
  return { parameters: g.sub(decayed, g.mul(rate, direction)), m: newM, v: newV };
}

/** What to feed as `corrections` at a step, counted from 1. */
export const adamWCorrections = (step: number): Float32Array =>
  Float32Array.from(adamWBetas, (beta) => 1 / (1 - beta ** step));
