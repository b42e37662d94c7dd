// Several experts as one: score = sum_i w_i * (score of expert i), w >= 0, with the w that make held-out
// answers most likely. As the w are free in size they also set how sure the answers are, so no
// temperature is fitted afterwards: for a single expert, 1 / w is its temperature.
// The loss is convex; projected Newton steps (Bertsekas 1982) find its one minimum.

export type StackKind = 'softmax' | 'sigmoid';

export interface StackOptions {
  readonly kind: StackKind;
  /** The weights to stay near while there is little to go by, one for each expert. */
  readonly prior: readonly number[];
  /** How firmly: each weight is pulled to its prior by this / 2 times the square of the distance. */
  readonly firmness?: number;
}

/**
 * The weight of each expert: the minimum over w >= 0 of
 * sum over texts of cross-entropy + firmness / 2 * |w - prior|^2. Deterministic; without texts the prior.
 * @param experts scores of each [n, k], log-probabilities or log-odds, of texts it has not learned from.
 * @param targets softmax: the label of each text [n]; sigmoid: 0 or 1 for each label of each [n, k].
 */
export function fitStack(
  experts: readonly Float32Array[],
  targets: ArrayLike<number>,
  n: number,
  k: number,
  { kind, prior, firmness = 1 }: StackOptions,
): number[] {
  const loss = (weights: readonly number[]): Loss => {
    const scores = stackScores(experts, weights);
    const data = (kind === 'softmax' ? softmaxLoss : sigmoidLoss)(scores, experts, targets, n, k);
    weights.forEach((weight, i) => {
      const off = weight - (prior[i] ?? 0);
      data.value += (firmness / 2) * off * off;
      data.slopes[i] = (data.slopes[i] ?? 0) + firmness * off;
      const row = data.curvature[i] ?? [];
      row[i] = (row[i] ?? 0) + firmness + 1e-9;
    });
    return data;
  };
  let weights = prior.map((weight) => Math.max(0, weight));
  let here = loss(weights);
  for (let round = 0; round < 100; round++) {
    const next = stepDown(weights, here, loss);
    if (!next) break;
    const moved = Math.max(...next.weights.map((to, i) => Math.abs(to - (weights[i] ?? 0))));
    ({ weights, here } = next);
    if (moved < 1e-7) break;
  }
  return weights;
}

/** The weighted sum of the experts' scores. */
export function stackScores(
  experts: readonly Float32Array[],
  weights: readonly number[],
): Float32Array {
  const out = new Float64Array(experts[0]?.length ?? 0);
  experts.forEach((expert, e) => {
    const weight = weights[e] ?? 0;
    for (let i = 0; i < out.length; i++) out[i] = (out[i] ?? 0) + weight * (expert[i] ?? 0);
  });
  return Float32Array.from(out);
}

/** Value, first and second derivatives by the weights. */
interface Loss {
  value: number;
  slopes: number[];
  curvature: number[][];
}

const noLoss = (experts: number): Loss => ({
  value: 0,
  slopes: new Array<number>(experts).fill(0),
  curvature: Array.from({ length: experts }, () => new Array<number>(experts).fill(0)),
});

/** A Newton step along the weights that are free to move, halved until it pays; undefined at the end. */
function stepDown(
  weights: readonly number[],
  here: Loss,
  loss: (weights: readonly number[]) => Loss,
): { weights: number[]; here: Loss } | undefined {
  const free = weights.flatMap((w, i) => (w > 0 || (here.slopes[i] ?? 0) < 0 ? [i] : []));
  const direction = solve(
    free.map((i) => free.map((j) => here.curvature[i]?.[j] ?? 0)),
    free.map((i) => -(here.slopes[i] ?? 0)),
  );
  for (let length = 1; length > 1e-6; length /= 2) {
    const to = [...weights];
    free.forEach((i, at) => (to[i] = Math.max(0, (to[i] ?? 0) + length * (direction[at] ?? 0))));
    const gain = to.reduce((sum, w, i) => sum + (here.slopes[i] ?? 0) * (w - (weights[i] ?? 0)), 0);
    if (!(gain < 0)) return undefined;
    const there = loss(to);
    if (there.value <= here.value + 1e-4 * gain) return { weights: to, here: there };
  }
  return undefined;
}

/** The solution of a few equations with a positive definite matrix, by elimination. */
function solve(matrix: readonly number[][], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  rows.forEach((pivot, p) =>
    rows.forEach((row, r) => {
      if (r === p) return;
      const share = (row[p] ?? 0) / (pivot[p] ?? 1);
      for (let c = p; c < row.length; c++) row[c] = (row[c] ?? 0) - share * (pivot[c] ?? 0);
    }),
  );
  return rows.map((row, i) => (row.at(-1) ?? 0) / (row[i] ?? 1));
}

function softmaxLoss(
  scores: Float32Array,
  experts: readonly Float32Array[],
  targets: ArrayLike<number>,
  n: number,
  k: number,
): Loss {
  const loss = noLoss(experts.length);
  for (let t = 0; t < n; t++) {
    const row = scores.subarray(t * k, (t + 1) * k);
    const top = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const odds = Array.from(row, (s) => Math.exp(s - top));
    const sum = odds.reduce((a, b) => a + b, 0);
    const truth = targets[t] ?? 0;
    loss.value += top + Math.log(sum) - (row[truth] ?? 0);
    const mean = (values: (c: number) => number) =>
      odds.reduce((total, odd, c) => total + (odd / sum) * values(c), 0);
    const means = experts.map((expert) => mean((c) => expert[t * k + c] ?? 0));
    experts.forEach((a, i) => {
      loss.slopes[i] = (loss.slopes[i] ?? 0) + (means[i] ?? 0) - (a[t * k + truth] ?? 0);
      experts.forEach((b, j) => {
        const both = mean((c) => (a[t * k + c] ?? 0) * (b[t * k + c] ?? 0));
        addTo(loss.curvature[i], j, both - (means[i] ?? 0) * (means[j] ?? 0));
      });
    });
  }
  return loss;
}

function sigmoidLoss(
  scores: Float32Array,
  experts: readonly Float32Array[],
  targets: ArrayLike<number>,
  n: number,
  k: number,
): Loss {
  const loss = noLoss(experts.length);
  for (let at = 0; at < n * k; at++) {
    const s = scores[at] ?? 0;
    const p = 1 / (1 + Math.exp(-s));
    const truth = targets[at] ?? 0;
    loss.value += Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s))) - truth * s;
    experts.forEach((a, i) => {
      loss.slopes[i] = (loss.slopes[i] ?? 0) + (p - truth) * (a[at] ?? 0);
      experts.forEach((b, j) => {
        addTo(loss.curvature[i], j, p * (1 - p) * (a[at] ?? 0) * (b[at] ?? 0));
      });
    });
  }
  return loss;
}

function addTo(row: number[] | undefined, at: number, value: number): void {
  if (row) row[at] = (row[at] ?? 0) + value;
}
