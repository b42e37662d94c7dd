// Several experts as one: logits = sum_i w_i * scores of expert i + bias, with the w >= 0 and the bias
// that make held-out answers most likely. Since the w are free in size, this finds the temperature too.
import { minimize, type Objective } from './lbfgs';

export type StackKind = 'softmax' | 'sigmoid';

export interface StackOptions {
  readonly kind: StackKind;
  /** The weights to stay near when there is little to go by, one for each expert. */
  readonly prior: readonly number[];
  /** Strength of the pull towards the prior, and of the penalty on the bias, against the mean loss. */
  readonly pull: number;
  readonly biasPenalty: number;
}

export interface Stack {
  /** One for each expert. */
  readonly weights: readonly number[];
  /** [k] */
  readonly bias: readonly number[];
}

/**
 * Minimises  mean cross-entropy + pull |w - prior|^2 + biasPenalty |bias|^2. Deterministic. Without
 * texts the weights are the prior.
 * @param experts scores of each, [n, k]: log-odds of texts that it has not learned from.
 * @param targets 0 and 1 for each label of each text, [n, k]; softmax: one 1 in each row.
 */
export function fitStack(
  experts: readonly Float32Array[],
  targets: ArrayLike<number>,
  n: number,
  k: number,
  options: StackOptions,
): Stack {
  // The problem is convex: an expert that would get a negative weight is left out, and what remains
  // is solved again.
  const used = experts.map((_, i) => i);
  for (;;) {
    const chosen = used.map((i) => experts[i] ?? new Float32Array());
    const prior = used.map((i) => options.prior[i] ?? 0);
    const start = Float64Array.from([...prior, ...new Array<number>(k).fill(0)]);
    const { x } = minimize(objective(chosen, targets, n, k, { ...options, prior }), start);
    const found = x.subarray(0, used.length);
    const least = Math.min(0, ...found);
    if (least < 0) {
      used.splice(found.indexOf(least), 1);
      continue;
    }
    const weights = experts.map((_, i) => (used.includes(i) ? (x[used.indexOf(i)] ?? 0) : 0));
    return { weights, bias: [...x.subarray(used.length)] };
  }
}

/** The logits [n, k] of the stack. */
export function stackLogits(
  experts: readonly Float32Array[],
  { weights, bias }: Stack,
): Float32Array {
  const k = bias.length;
  return Float32Array.from(experts[0] ?? [], (_, at) =>
    experts.reduce(
      (sum, expert, i) => sum + (weights[i] ?? 0) * (expert[at] ?? 0),
      bias[at % k] ?? 0,
    ),
  );
}

function objective(
  experts: readonly Float32Array[],
  targets: ArrayLike<number>,
  n: number,
  k: number,
  { kind, prior, pull, biasPenalty }: StackOptions,
): Objective {
  const count = experts.length;
  return (x, gradient) => {
    gradient.fill(0);
    let value = 0;
    for (let i = 0; i < count; i++) {
      const off = (x[i] ?? 0) - (prior[i] ?? 0);
      value += pull * off * off;
      gradient[i] = 2 * pull * off;
    }
    for (let c = count; c < count + k; c++) {
      value += biasPenalty * (x[c] ?? 0) ** 2;
      gradient[c] = 2 * biasPenalty * (x[c] ?? 0);
    }
    const row = new Float64Array(k);
    for (let text = 0; text < n; text++) {
      for (let c = 0; c < k; c++) {
        let logit = x[count + c] ?? 0;
        for (let i = 0; i < count; i++) logit += (x[i] ?? 0) * (experts[i]?.[text * k + c] ?? 0);
        row[c] = logit;
      }
      value += lossOf(kind, row, targets, text * k) / n;
      // `row` now holds the slope by each logit.
      for (let c = 0; c < k; c++) {
        const slope = (row[c] ?? 0) / n;
        gradient[count + c] = (gradient[count + c] ?? 0) + slope;
        for (let i = 0; i < count; i++)
          gradient[i] = (gradient[i] ?? 0) + slope * (experts[i]?.[text * k + c] ?? 0);
      }
    }
    return value;
  };
}

/** The cross-entropy of one row of logits, which are replaced by its slopes. */
function lossOf(
  kind: StackKind,
  row: Float64Array,
  targets: ArrayLike<number>,
  from: number,
): number {
  let loss = 0;
  if (kind === 'sigmoid') {
    row.forEach((z, c) => {
      const target = targets[from + c] ?? 0;
      loss += (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - target * z) / row.length;
      row[c] = (1 / (1 + Math.exp(-z)) - target) / row.length;
    });
    return loss;
  }
  const top = row.reduce((a, b) => Math.max(a, b), -Infinity);
  const total = row.reduce((sum, z) => sum + Math.exp(z - top), 0);
  row.forEach((z, c) => {
    const target = targets[from + c] ?? 0;
    loss += target * (top + Math.log(total) - z);
    row[c] = Math.exp(z - top) / total - target;
  });
  return loss;
}
