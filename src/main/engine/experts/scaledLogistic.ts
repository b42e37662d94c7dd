// Logistic regression on features brought to mean 0 and deviation 1, so that the penalty treats all of
// them alike; the model that comes out takes the features as they are.
import { fitLogistic, type LogisticModel, type LogisticOptions } from './logisticRegression';

/** As `fitLogistic`; features that do not vary over the chosen rows get no weight. */
export function fitScaledLogistic(
  x: Float32Array,
  n: number,
  d: number,
  targets: ArrayLike<number>,
  k: number,
  options: LogisticOptions,
): LogisticModel {
  const rows = options.rows ?? Array.from({ length: n }, (_, i) => i);
  const { mean, inverse } = moments(x, d, rows);
  const scaled = new Float64Array(n * d);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < d; j++)
      scaled[i * d + j] = ((x[i * d + j] ?? 0) - (mean[j] ?? 0)) * (inverse[j] ?? 0);
  const model = fitLogistic(scaled, n, d, targets, k, options);
  const weights = model.weights.map((weight, at) => weight * (inverse[at % d] ?? 0));
  const bias = model.bias.map((own, label) => {
    let shift = 0;
    for (let j = 0; j < d; j++) shift += (weights[label * d + j] ?? 0) * (mean[j] ?? 0);
    return own - shift;
  });
  return { weights, bias };
}

function moments(x: Float32Array, d: number, rows: readonly number[]) {
  const mean = new Float64Array(d);
  const square = new Float64Array(d);
  for (const row of rows)
    for (let j = 0; j < d; j++) mean[j] = (mean[j] ?? 0) + (x[row * d + j] ?? 0) / rows.length;
  for (const row of rows)
    for (let j = 0; j < d; j++)
      square[j] = (square[j] ?? 0) + ((x[row * d + j] ?? 0) - (mean[j] ?? 0)) ** 2 / rows.length;
  return {
    mean,
    inverse: square.map((variance) => (variance > 1e-12 ? 1 / Math.sqrt(variance) : 0)),
  };
}
