// The losses against their definitions, written down once more with plain loops.
import { expect, it } from 'vitest';
import { GraphBuilder } from '../onnx/builder';
import { Session } from '../runtime/session';
import { dataOf, floats } from '../runtime/tensor';
import { contrastInputs, contrastLoss, contrastTargets, pairLoss, prototypeLoss } from './contrast';

const hidden = 5;
const classes = [[0], [0], [1], [2], [1], [0], [2]];
const temperature = 0.1;

const vectors = classes.map((_, i) => {
  const raw = Array.from({ length: hidden }, (_x, j) => Math.sin(1.7 * i + 2.3 * j + i * j));
  const length = Math.hypot(...raw);
  return raw.map((x) => x / length);
});
const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const classOf = (i: number) => classes[i]?.[0] ?? -1;

async function losses() {
  const g = new GraphBuilder('losses');
  const z = g.input('z', 'float32', ['batch', hidden]);
  const values = contrastInputs(g);
  const session = await Session.open(
    g.model({
      contrast: contrastLoss(g, z, values, temperature),
      pair: pairLoss(g, z, values),
      prototype: prototypeLoss(g, z, values, temperature),
    }),
    { provider: 'cpu' },
  );
  const n = classes.length;
  const { classes: present, members, anchors, ...squares } = contrastTargets(classes);
  const outputs = await session.run({
    z: floats(Float32Array.from(vectors.flat()), [n, hidden]),
    anchors: floats(anchors, [n]),
    members: floats(members, [n, present]),
    ...Object.fromEntries(
      Object.entries(squares).map(([name, data]) => [name, floats(data, [n, n])]),
    ),
  });
  await session.release();
  return (name: string) => dataOf(outputs[name])[0] ?? Number.NaN;
}

it('contrast: mean over anchors of -log of the positives’ share', async () => {
  const wanted = mean(
    vectors.map((z, i) => {
      const others = vectors.flatMap((other, j) =>
        j === i ? [] : [{ j, s: dot(z, other) / temperature }],
      );
      const total = Math.log(others.reduce((sum, { s }) => sum + Math.exp(s), 0));
      return -mean(others.filter(({ j }) => classOf(j) === classOf(i)).map(({ s }) => s - total));
    }),
  );
  expect((await losses())('contrast')).toBeCloseTo(wanted, 5);
});

it('pair: mean squared error of the similarity, alike and unlike pairs apart', async () => {
  const pairs = vectors.flatMap((z, i) =>
    vectors.flatMap((other, j) =>
      i === j ? [] : [{ same: classOf(i) === classOf(j), s: dot(z, other) }],
    ),
  );
  const alike = mean(pairs.filter(({ same }) => same).map(({ s }) => (1 - s) ** 2));
  const unlike = mean(pairs.filter(({ same }) => !same).map(({ s }) => s ** 2));
  expect((await losses())('pair')).toBeCloseTo(alike + unlike, 5);
});

it('prototype: cross-entropy by the nearest class mean without the text itself', async () => {
  const wanted = mean(
    vectors.map((z, i) => {
      const logits = [0, 1, 2].map((label) => {
        const sum = z.map((_, at) =>
          vectors.reduce(
            (s, other, j) => s + (j !== i && classOf(j) === label ? (other[at] ?? 0) : 0),
            0,
          ),
        );
        return dot(z, sum) / Math.hypot(...sum) / temperature;
      });
      const total = Math.log(logits.reduce((sum, s) => sum + Math.exp(s), 0));
      return total - (logits[classOf(i)] ?? 0);
    }),
  );
  expect((await losses())('prototype')).toBeCloseTo(wanted, 4);
});

it('a text that shares no class with another is no anchor', () => {
  const { anchors, positives } = contrastTargets([[0], [1], [0]]);
  expect([...anchors]).toEqual([0.5, 0, 0.5]);
  expect([...positives.subarray(3, 6)]).toEqual([0, 0, 0]);
});
