// The linear expert: logistic regression on fixed features, penalised as in scikit-learn's
// LogisticRegression, min over w, b of  c * sum_i weight_i * loss_i + |w|^2 / 2,  the bias left free.
// softmax: one of k labels (two labels share one vector, as there); sigmoid: each of k labels alone.
import { minimize } from './lbfgs';
import { addTransposedProduct, multiplyTransposed, type Numbers } from './multiply';
import { spanOf } from './span';

export type LogisticKind = 'softmax' | 'sigmoid';

export interface LogisticModel {
  /** [k, d] */
  readonly weights: Float32Array;
  /** [k] */
  readonly bias: Float32Array;
}

export interface LogisticOptions {
  readonly kind: LogisticKind;
  /** How far the data is trusted: the larger, the closer the fit. scikit-learn's C. */
  readonly c: number;
  /** The rows of x to learn from; all of them if absent. */
  readonly rows?: readonly number[];
  /** How much each row of x counts, [n]; 1 if absent. */
  readonly sampleWeights?: ArrayLike<number>;
  /** The largest slope left, of the loss per row; scikit-learn stops at 1e-4. */
  readonly tolerance?: number;
}

/**
 * Fits a model to x [n, d]. Deterministic.
 * @param targets softmax: the label of each row [n]; sigmoid: 0 or 1 for each label of each row [n, k].
 *   A label that no row has, or in sigmoid one that every row has, cannot be learned: it gets a constant
 *   score by the rule of succession, as if seen in half a row more.
 */
export function fitLogistic(
  x: Numbers,
  n: number,
  d: number,
  targets: ArrayLike<number>,
  k: number,
  options: LogisticOptions,
): LogisticModel {
  const rows = options.rows ?? Array.from({ length: n }, (_, i) => i);
  const weights = Float64Array.from(rows, (row) => options.sampleWeights?.[row] ?? 1);
  const truth = new Float64Array(rows.length * k);
  rows.forEach((row, i) => {
    if (options.kind === 'softmax') truth[i * k + (targets[row] ?? 0)] = 1;
    else for (let c = 0; c < k; c++) truth[i * k + c] = targets[row * k + c] ?? 0;
  });
  const { centred, mean } = centreRows(x, rows, d);
  const fitted = fitLearnable(centred, rows.length, d, truth, k, weights, options);
  // The model was fitted to x - mean: w (x - mean) + b = w x + (b - w mean).
  const shift = new Float64Array(k);
  multiplyTransposed(fitted.weights, mean, shift, k, 1, d);
  return {
    weights: Float32Array.from(fitted.weights),
    bias: Float32Array.from(fitted.bias, (b, c) => b - (shift[c] ?? 0)),
  };
}

/** x [n, d] -> scores [n, k]; their softmax or sigmoid is the model's probability. */
export function logisticLogits(model: LogisticModel, x: Numbers, n: number): Float32Array {
  const k = model.bias.length;
  const logits = new Float64Array(n * k);
  multiplyTransposed(x, model.weights, logits, n, k, model.weights.length / k);
  return Float32Array.from(logits, (z, i) => z + (model.bias[i % k] ?? 0));
}

/** A model in float64; the weights [k, d], the bias [k]. */
interface Fitted {
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** Free of the mean, the features are far better conditioned, and the free bias takes it up exactly. */
function centreRows(x: Numbers, rows: readonly number[], d: number) {
  const mean = new Float64Array(d);
  for (const row of rows)
    for (let j = 0; j < d; j++) mean[j] = (mean[j] ?? 0) + (x[row * d + j] ?? 0) / rows.length;
  const centred = new Float64Array(rows.length * d);
  rows.forEach((row, i) => {
    for (let j = 0; j < d; j++) centred[i * d + j] = (x[row * d + j] ?? 0) - (mean[j] ?? 0);
  });
  return { centred, mean };
}

/** Fits the labels that can be learned, in as few dimensions as will do; the others become constants. */
function fitLearnable(
  x: Float64Array,
  n: number,
  d: number,
  truth: Float64Array,
  k: number,
  rowWeights: Float64Array,
  { kind, c, tolerance }: LogisticOptions,
): Fitted {
  const total = rowWeights.reduce((sum, w) => sum + w, 0);
  const seen = Array.from({ length: k }, (_, label) =>
    rowWeights.reduce((sum, w, i) => sum + w * (truth[i * k + label] ?? 0), 0),
  );
  const learnable = seen.flatMap((sum, label) =>
    sum > 0 && (sum < total || kind === 'softmax') ? [label] : [],
  );
  // Two labels are one question: of the second.
  const isPair = kind === 'softmax' && learnable.length === 2;
  const fittedLabels = isPair ? learnable.slice(1) : learnable;
  const m = fittedLabels.length;
  const wanted = new Float64Array(n * m);
  for (let i = 0; i < n; i++)
    fittedLabels.forEach((label, at) => (wanted[i * m + at] = truth[i * k + label] ?? 0));

  const span = paysToReduce(n, d, m) ? spanOf(x, n, d) : undefined;
  const [features, dimensions] = span ? [span.coordinates, span.rank] : [x, d];
  const objective = penalisedLoss(features, n, dimensions, wanted, m, rowWeights, {
    loss: kind === 'softmax' && !isPair ? softmaxLoss : sigmoidLoss,
    penalty: 1 / (c * total),
  });
  const start = new Float64Array(m * dimensions + m);
  const found = minimize(objective, start, tolerance === undefined ? {} : { tolerance }).x;
  const vectors = found.subarray(0, m * dimensions);
  const learned = {
    weights: span?.expand(vectors, m) ?? vectors,
    bias: found.subarray(m * dimensions),
  };

  const weights = new Float64Array(k * d);
  const bias = Float64Array.from(seen, (sum) =>
    kind === 'softmax' ? -Math.log(2 * total + 1) : Math.log((sum + 0.5) / (total - sum + 0.5)),
  );
  learnable.forEach((label, at) => {
    const from = isPair ? 0 : at;
    const scale = isPair ? at - 0.5 : 1;
    const row = learned.weights.subarray(from * d, (from + 1) * d);
    for (let j = 0; j < d; j++) weights[label * d + j] = scale * (row[j] ?? 0);
    bias[label] = scale * (learned.bias[from] ?? 0);
  });
  return { weights, bias };
}

/** A product with the features costs n * d per label and step; the span n^2 (d / 2 + n / 6) once. */
function paysToReduce(n: number, d: number, labels: number): boolean {
  const steps = 30;
  return 2 * steps * labels * (d - n) > n * (d + n / 6);
}

/** Turns scores [n, k] into weighted slopes of the loss, in place; returns the loss. */
type Loss = (scores: Float64Array, truth: Float64Array, k: number, weights: Float64Array) => number;

function penalisedLoss(
  x: Float64Array,
  n: number,
  d: number,
  truth: Float64Array,
  k: number,
  rowWeights: Float64Array,
  { loss, penalty }: { loss: Loss; penalty: number },
) {
  const total = rowWeights.reduce((sum, w) => sum + w, 0);
  const shares = rowWeights.map((w) => w / total);
  const scores = new Float64Array(n * k);
  return (at: Float64Array, gradient: Float64Array): number => {
    const weights = at.subarray(0, k * d);
    multiplyTransposed(x, weights, scores, n, k, d);
    for (let i = 0; i < n * k; i++) scores[i] = (scores[i] ?? 0) + (at[k * d + (i % k)] ?? 0);
    let value = loss(scores, truth, k, shares);
    for (let j = 0; j < k * d; j++) {
      const w = weights[j] ?? 0;
      value += (penalty / 2) * w * w;
      gradient[j] = penalty * w;
    }
    gradient.fill(0, k * d);
    addTransposedProduct(scores, x, gradient, n, k, d);
    for (let i = 0; i < n * k; i++)
      gradient[k * d + (i % k)] = (gradient[k * d + (i % k)] ?? 0) + (scores[i] ?? 0);
    return value;
  };
}

const softmaxLoss: Loss = (scores, truth, k, weights) => {
  let value = 0;
  weights.forEach((weight, i) => {
    const row = scores.subarray(i * k, (i + 1) * k);
    const top = row.reduce((a, b) => Math.max(a, b), -Infinity);
    let sum = 0;
    for (const s of row) sum += Math.exp(s - top);
    const logSum = top + Math.log(sum);
    for (let c = 0; c < k; c++) {
      const y = truth[i * k + c] ?? 0;
      const logP = (row[c] ?? 0) - logSum;
      if (y > 0) value -= weight * y * logP;
      row[c] = weight * (Math.exp(logP) - y);
    }
  });
  return value;
};

const sigmoidLoss: Loss = (scores, truth, k, weights) => {
  let value = 0;
  for (let i = 0; i < scores.length; i++) {
    const weight = weights[Math.floor(i / k)] ?? 0;
    const s = scores[i] ?? 0;
    const y = truth[i] ?? 0;
    // log(1 + e^s) - y s, without overflow
    value += weight * (Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s))) - y * s);
    scores[i] = weight * (1 / (1 + Math.exp(-s)) - y);
  }
  return value;
};
