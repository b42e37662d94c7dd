// What a task is trained to make small. scores, targets, prior: [batch, K]; weights: [batch], 1 / batch
// each unless some texts count more.
import type { TaskKind } from '../../../shared/domain';
import type { GraphBuilder } from '../onnx/builder';
import type { Value } from '../onnx/model';
import { logSumExp } from './score';

export interface LossValues {
  readonly scores: Value;
  /** Probabilities that should come out: smoothed one-hot rows, or 0 and 1 per label. */
  readonly targets: Value;
  /** The answers before training; the divergence from them is held down. */
  readonly prior: Value;
  readonly weights: Value;
}

/**
 * Cross-entropy with the targets and divergence KL(prior || answers); softmax over the labels for
 * `single`, sigmoid of each label (and mean over labels) for `multi` and `yes-no`. Scalars.
 */
export function taskLoss(
  g: GraphBuilder,
  kind: TaskKind,
  { scores, targets, prior, weights }: LossValues,
): { crossEntropy: Value; divergence: Value } {
  const overTexts = (perText: Value) => g.sumAll(g.mul(perText, weights));
  if (kind === 'single') {
    const logProbabilities = g.sub(scores, logSumExp(g, scores));
    const against = (target: Value) =>
      overTexts(g.neg(g.reduceSum(g.mul(target, logProbabilities), [1])));
    const entropy = overTexts(g.neg(g.reduceSum(timesLog(g, prior), [1])));
    return { crossEntropy: against(targets), divergence: g.sub(against(prior), entropy) };
  }
  // -t log sigmoid(s) - (1 - t) log sigmoid(-s) = softplus(s) - t s
  const against = (target: Value) =>
    overTexts(g.reduceMean(g.sub(g.softplus(scores), g.mul(target, scores)), [1]));
  const others = g.sub(g.scalar(1), prior);
  const entropy = overTexts(
    g.neg(g.reduceMean(g.add(timesLog(g, prior), timesLog(g, others)), [1])),
  );
  return { crossEntropy: against(targets), divergence: g.sub(against(prior), entropy) };
}

/** p log p, 0 where p is 0 */
const timesLog = (g: GraphBuilder, p: Value): Value => g.mul(p, g.log(g.max(p, g.scalar(1e-30))));
