import { describe, expect, it } from 'vitest';
import { labelledAs } from '../../../../tests/labelledAs';
import { createRandom } from '../experts/random';
import { outOfFold } from './linearExperts';

describe('outOfFold', () => {
  const classes = [0, 1, 0, 1, 0, 1, 0, 1];
  const random = createRandom(1);
  const vectors = Float32Array.from({ length: classes.length * 3 }, () => random.normal());
  const halves = [
    [0, 1, 2, 3],
    [4, 5, 6, 7],
  ];
  const pairs = [
    [0, 1],
    [2, 3],
    [4, 5],
    [6, 7],
  ];
  const c = 1;

  it("says nothing that a text's own label could have told", async () => {
    const said = await outOfFold(labelledAs(classes), vectors, [halves, pairs], c);
    const flipped = classes.map((own, i) => (i === 0 ? 1 - own : own));
    const now = await outOfFold(labelledAs(flipped), vectors, [halves, pairs], c);
    expect(now.subarray(0, 2)).toEqual(said.subarray(0, 2));
    expect(now.subarray(4)).not.toEqual(said.subarray(4));
  });

  it('is the mean over the ways of holding texts out', async () => {
    const labelled = labelledAs(classes);
    const of = (...foldings: number[][][]) => outOfFold(labelled, vectors, foldings, c);
    const [one, other] = [await of(halves), await of(pairs)];
    expect(one).not.toEqual(other);
    (await of(halves, pairs)).forEach((logit, at) =>
      expect(logit).toBeCloseTo(((one[at] ?? 0) + (other[at] ?? 0)) / 2, 5),
    );
  });
});
