import { describe, expect, it } from 'vitest';
import { estimateShares, multiplyOdds, rarityOf } from './labelShares';
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

const right = (all: Float32Array) =>
  classes.filter((own, i) => {
    const row = all.subarray(i * 3, i * 3 + 3);
    return row.indexOf(Math.max(...row)) === own;
  }).length;

describe('multiplyOdds', () => {
  it('raises what is common and lowers what is rare, each row summing to 1', () => {
    const adjusted = multiplyOdds(Float32Array.from([0.5, 0.5]), [1.8, 0.2]);
    expect(adjusted[0]).toBeCloseTo(0.9, 6);
    expect(adjusted[1]).toBeCloseTo(0.1, 6);
  });
});

describe('rarityOf', () => {
  const options = { below: 0.8, deviations: 2 };
  const of = (confidence: readonly number[], learned: readonly number[], expected = learned) =>
    rarityOf(Float32Array.from(confidence), learned, expected, options);
  const repeat = (times: number, row: readonly number[]) =>
    Array.from({ length: times }, () => row).flat();

  it('lowers the rare class and raises none, so that more texts are answered rightly', () => {
    const confidence = answers(classes, 3);
    const factors = rarityOf(confidence, equal, equal, options);
    expect(factors[0]).toBeGreaterThan(0.1 / (0.8 / 3) - 0.1);
    expect(factors[0]).toBeLessThan(0.1 / (0.8 / 3) + 0.1);
    expect(factors.slice(1)).toEqual([1, 1]);
    expect(right(multiplyOdds(confidence, factors))).toBeGreaterThan(right(confidence));
  });

  it('compares with how common the class was among the texts that were learned from', () => {
    const confidence = repeat(150, [0.1, 0.9]);
    expect(of(confidence, [0.5, 0.5])[0]).toBeLessThan(0.2);
    expect(of(confidence, [0.1, 0.9])).toEqual([1, 1]);
  });

  it('does not take a class for rare that the classifier hardly ever finds', () => {
    const confidence = repeat(150, [0.2, 0.8]);
    expect(of(confidence, [0.5, 0.5])[0]).toBeLessThan(0.2);
    expect(of(confidence, [0.5, 0.5], [0.02, 0.98])[0]).toBe(1);
  });

  it('says nothing of few texts, or of classes of which none could be expected among them', () => {
    expect(of(repeat(4, [0.05, 0.95]), [0.5, 0.5])).toEqual([1, 1]);
    expect(of([], [0.5, 0.5])).toEqual([1, 1]);
    const many = Array.from({ length: 77 }, () => 1 / 77);
    const first = many.map((_, i) => (i === 0 ? 0 : 1 / 76));
    expect(of(repeat(150, first), many)).toEqual(many.map(() => 1));
  });

  it('never makes an answer impossible', () => {
    expect(of(repeat(1000, [0, 1]), [0.5, 0.5])[0]).toBeGreaterThan(0);
  });
});
