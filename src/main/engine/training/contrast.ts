// Supervised contrast over a batch (Khosla et al. 2020): texts of one label are drawn together, all
// others pushed apart; every pair of the batch counts.
import type { GraphBuilder } from '../onnx/builder';
import type { Value } from '../onnx/model';

/**
 * `vectors` [batch, hidden] of length 1. `positives` [batch, batch]: for each anchor 1 / (number of
 * its positives) at each of them, 0 elsewhere and on the diagonal. `others` [batch, batch]: 0, and
 * -1e9 on the diagonal. `anchors` [batch]: weight of each anchor, 0 without positives; sums to 1.
 */
export function contrastLoss(
  g: GraphBuilder,
  vectors: Value,
  { positives, others, anchors }: { positives: Value; others: Value; anchors: Value },
  temperature: number,
): Value {
  const similar = g.mul(g.matMul(vectors, g.swapLast(vectors)), g.scalar(1 / temperature));
  const logits = g.add(similar, others);
  const largest = g.detach(g.reduceMax(logits, [1], true));
  const total = g.log(g.reduceSum(g.exp(g.sub(logits, largest)), [1], true));
  const logShare = g.sub(g.sub(similar, largest), total);
  return g.neg(g.sumAll(g.mul(g.reduceSum(g.mul(logShare, positives), [1]), anchors)));
}

/**
 * The matrices of `contrastLoss` for a batch; `classes`: what each text counts as. Texts that share a
 * class are positives of each other; a text without any is no anchor.
 */
export function contrastTargets(classes: readonly (readonly number[])[]): {
  positives: Float32Array;
  others: Float32Array;
  anchors: Float32Array;
} {
  const batch = classes.length;
  const positives = new Float32Array(batch * batch);
  const others = new Float32Array(batch * batch);
  const anchors = new Float32Array(batch);
  classes.forEach((own, i) => {
    const same = classes.flatMap((other, j) =>
      j !== i && other.some((each) => own.includes(each)) ? [j] : [],
    );
    for (const j of same) positives[i * batch + j] = 1 / same.length;
    others[i * batch + i] = -1e9;
    if (same.length > 0) anchors[i] = 1;
  });
  const count = Math.max(
    1,
    anchors.reduce((sum, weight) => sum + weight, 0),
  );
  return { positives, others, anchors: anchors.map((weight) => weight / count) };
}
