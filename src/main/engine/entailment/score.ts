import type { GraphBuilder } from '../onnx/builder';
import type { Value } from '../onnx/model';

/** log(sum(exp(x))) over the last axis, kept as 1. */
export function logSumExp(g: GraphBuilder, x: Value): Value {
  const largest = g.detach(g.reduceMax(x, [-1], true));
  return g.add(largest, g.log(g.reduceSum(g.exp(g.sub(x, largest)), [-1], true)));
}

/** The log-odds of entailment, e - logsumexp(n, c): [batch, K, 3] -> [batch, K]. */
export function entailmentScore(g: GraphBuilder, logits: Value): Value {
  const entailment = g.slice(logits, 2, 0, 1);
  return g.squeeze(g.sub(entailment, logSumExp(g, g.slice(logits, 2, 1, 3))), [2]);
}
