import { expect, it } from 'vitest';
import { minimize, type Objective } from './lbfgs';

it('finds the bottom of a long narrow bowl', () => {
  const scales = [1, 10, 100, 1000, 10_000];
  const bowl: Objective = (x, gradient) =>
    scales.reduce((sum, scale, i) => {
      const off = (x[i] ?? 0) - i;
      gradient[i] = 2 * scale * off;
      return sum + scale * off * off;
    }, 0);
  const found = minimize(bowl, new Float64Array(5).fill(-3), { tolerance: 1e-8 });
  expect(found.converged).toBe(true);
  expect(found.iterations).toBeLessThan(60);
  found.x.forEach((value, i) => expect(value).toBeCloseTo(i, 7));
});

it("finds the bottom of Rosenbrock's valley", () => {
  const valley: Objective = (x, gradient) => {
    const [a, b] = [x[0] ?? 0, x[1] ?? 0];
    gradient[0] = -2 * (1 - a) - 400 * a * (b - a * a);
    gradient[1] = 200 * (b - a * a);
    return (1 - a) ** 2 + 100 * (b - a * a) ** 2;
  };
  const found = minimize(valley, Float64Array.of(-1.2, 1), { tolerance: 1e-8 });
  expect(found.converged).toBe(true);
  expect(found.x[0]).toBeCloseTo(1, 7);
});

it('stops where it is told to, and says that it did not get there', () => {
  const slope: Objective = (x, gradient) => {
    gradient[0] = -Math.exp(-(x[0] ?? 0));
    return Math.exp(-(x[0] ?? 0));
  };
  const found = minimize(slope, new Float64Array(1), { tolerance: 0, maxIterations: 5 });
  expect(found).toMatchObject({ converged: false, iterations: 5 });
});
