// Losses that draw the vectors of texts with one label together and push all others apart; every pair
// of the batch counts. `vectors` [batch, hidden] have length 1.
import { logSumExp } from '../entailment/score';
import type { GraphBuilder } from '../onnx/builder';
import type { Value } from '../onnx/model';

/** Who belongs together in a batch. C: classes that occur in it. */
export interface ContrastTargets {
  /** [batch, batch]: for each anchor 1 / (number of its positives) at each of them, else 0. */
  readonly positives: Float32Array;
  /** [batch, batch]: 0, and -1e9 on the diagonal: nobody is compared with itself. */
  readonly others: Float32Array;
  /** [batch]: weight of each anchor, 0 without positives; sums to 1. */
  readonly anchors: Float32Array;
  /** [batch, batch]: 1 / (number of all such pairs) at pairs that share a class, and that do not. */
  readonly together: Float32Array;
  readonly apart: Float32Array;
  /** [batch, C]: 1 where a text belongs to a class. */
  readonly members: Float32Array;
  readonly classes: number;
}

export type ContrastValues = Readonly<Record<Exclude<keyof ContrastTargets, 'classes'>, Value>>;

/** The inputs of a graph that take `ContrastTargets`. */
export function contrastInputs(g: GraphBuilder): ContrastValues {
  const square = (name: string) => g.input(name, 'float32', ['batch', 'batch']);
  return {
    positives: square('positives'),
    others: square('others'),
    anchors: g.input('anchors', 'float32', ['batch']),
    together: square('together'),
    apart: square('apart'),
    members: g.input('members', 'float32', ['batch', 'classes']),
  };
}

/** Supervised contrast (Khosla et al. 2020): a text's positives should be the most similar of all. */
export function contrastLoss(
  g: GraphBuilder,
  vectors: Value,
  { positives, others, anchors }: Pick<ContrastValues, 'positives' | 'others' | 'anchors'>,
  temperature: number,
): Value {
  const similar = g.mul(similarity(g, vectors), g.scalar(1 / temperature));
  const logShare = g.sub(similar, logSumExp(g, g.add(similar, others)));
  return g.neg(g.sumAll(g.mul(g.reduceSum(g.mul(logShare, positives), [1]), anchors)));
}

/** Cosine similarity of pairs: 1 for those that belong together, 0 for the others (SetFit, Tunstall et al. 2022). */
export function pairLoss(
  g: GraphBuilder,
  vectors: Value,
  { together, apart }: Pick<ContrastValues, 'together' | 'apart'>,
): Value {
  const similar = similarity(g, vectors);
  const missing = g.sub(g.scalar(1), similar);
  const weighed = (weights: Value, error: Value) => g.sumAll(g.mul(weights, g.mul(error, error)));
  return g.add(weighed(together, missing), weighed(apart, similar));
}

/**
 * Cross-entropy of choosing a text's class by the nearest mean of a class (Snell et al. 2017), with
 * the text itself left out of its own: with u the sum of a class and z the text, u - z is as near to z
 * as (u.z - 1) / |u - z|, and |u - z|^2 = |u|^2 - 2 u.z + 1.
 */
export function prototypeLoss(
  g: GraphBuilder,
  vectors: Value,
  { members, anchors }: Pick<ContrastValues, 'members' | 'anchors'>,
  temperature: number,
): Value {
  const sums = g.matMul(g.swapLast(members), vectors); // [classes, hidden]
  const near = g.matMul(vectors, g.swapLast(sums)); // [batch, classes]
  const square = g.unsqueeze(g.reduceSum(g.mul(sums, sums), [1]), [0]); // [1, classes]
  const own = g.mul(members, g.sub(g.mul(near, g.scalar(2)), g.scalar(1)));
  const length = g.sqrt(g.max(g.sub(square, own), g.scalar(1e-6)));
  const logits = g.mul(g.div(g.sub(near, members), length), g.scalar(1 / temperature));
  const logShare = g.sub(logits, logSumExp(g, logits));
  const wanted = g.div(members, g.reduceSum(members, [1], true));
  return g.neg(g.sumAll(g.mul(g.reduceSum(g.mul(logShare, wanted), [1]), anchors)));
}

const similarity = (g: GraphBuilder, vectors: Value) => g.matMul(vectors, g.swapLast(vectors));

/**
 * The targets of a batch; `classes`: what each text counts as, at least one each. Texts that share a
 * class belong together; a text that shares none with another is no anchor.
 */
export function contrastTargets(classes: readonly (readonly number[])[]): ContrastTargets {
  const batch = classes.length;
  const square = () => new Float32Array(batch * batch);
  const [positives, others, together, apart] = [square(), square(), square(), square()];
  const anchors = new Float32Array(batch);
  classes.forEach((own, i) => {
    const belongs = classes.map((other) => other.some((each) => own.includes(each)));
    const count = belongs.filter((yes, j) => yes && j !== i).length;
    others[i * batch + i] = -1e9;
    anchors[i] = count > 0 ? 1 : 0;
    belongs.forEach((yes, j) => {
      if (j === i) return;
      if (yes) positives[i * batch + j] = 1 / count;
      (yes ? together : apart)[i * batch + j] = 1;
    });
  });
  const present = [...new Set(classes.flat())].sort((a, b) => a - b);
  const members = Float32Array.from(
    classes.flatMap((own) => present.map((each) => (own.includes(each) ? 1 : 0))),
  );
  return {
    positives,
    others,
    anchors: shares(anchors),
    together: shares(together),
    apart: shares(apart),
    members,
    classes: present.length,
  };
}

/** The weights divided by their sum. */
function shares(weights: Float32Array): Float32Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / Math.max(1e-12, total));
}
