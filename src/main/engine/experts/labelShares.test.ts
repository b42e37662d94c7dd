import { describe, expect, it } from 'vitest';
import { adjustToShares, estimateShares } from './labelShares';
import { createRandom } from './random';

/** What a calibrated classifier that learned from equal shares says of numbers from N(class, 1). */
function answers(classes: readonly number[], k: number): Float32Array {
  const random = createRandom(3);
  return Float32Array.from(
    classes.flatMap((own) => {
      const x = 2 * own + random.normal();
      const weights = Array.from({ length: k }, (_, c) => Math.exp(-((x - 2 * c) ** 2) / 2));
      const total = weights.reduce((a, b) => a + b, 0);
      return weights.map((weight) => weight / total);
    }),
  );
}

const equal = [1 / 3, 1 / 3, 1 / 3];
const classes = Array.from({ length: 2000 }, (_, i) => (i % 10 === 0 ? 0 : i % 10 < 4 ? 1 : 2));

describe('estimateShares', () => {
  it('finds the shares of the texts, not those that were learned from', () => {
    const shares = estimateShares(answers(classes, 3), equal);
    [0.1, 0.3, 0.6].forEach((share, i) => expect(shares[i]).toBeCloseTo(share, 1));
    expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
  });

  it('has nothing to go by without texts', () => {
    expect(estimateShares(new Float32Array(), equal)).toEqual(equal);
  });

  it('does not follow a classifier that is not sure to the end', () => {
    const confidence = Float32Array.from(classes.flatMap(() => [0.46, 0.54]));
    const [first = 0] = estimateShares(confidence, [0.5, 0.5]);
    expect(first).toBeLessThan(0.46);
    expect(first).toBeGreaterThan(0.3);
  });
});

describe('adjustToShares', () => {
  it('raises what is common and lowers what is rare, each row summing to 1', () => {
    const adjusted = adjustToShares(Float32Array.from([0.5, 0.5]), [0.5, 0.5], [0.9, 0.1]);
    expect(adjusted[0]).toBeCloseTo(0.9, 6);
    expect(adjusted[1]).toBeCloseTo(0.1, 6);
  });

  it('answers more texts rightly once the shares are known', () => {
    const confidence = answers(classes, 3);
    const right = (all: Float32Array) =>
      classes.filter((own, i) => {
        const row = all.subarray(i * 3, i * 3 + 3);
        return row.indexOf(Math.max(...row)) === own;
      }).length;
    const shares = estimateShares(confidence, equal);
    expect(right(adjustToShares(confidence, equal, shares))).toBeGreaterThan(right(confidence));
  });
});
