// Linear experts over the labelled texts' vectors, and what they say of texts that they were not fitted to.
import type { TaskKind } from '../../../shared/domain';
import { assignFolds } from '../experts/folds';
import { fitLogistic, logisticLogits, type LogisticModel } from '../experts/logisticRegression';
import { fitScaledLogistic } from '../experts/scaledLogistic';
import type { StackKind } from '../experts/stack';
import { pause } from '../runtime/pause';
import { logisticTargets, type Labelled } from './labelled';

export const stackKindOf = (kind: TaskKind): StackKind =>
  kind === 'single' ? 'softmax' : 'sigmoid';

interface ExpertOptions {
  readonly c: number;
  readonly scaled: boolean;
  readonly rows?: readonly number[];
  /** Further texts, whose vectors come after those of the labelled ones, and how much each counts. */
  readonly more?: { readonly targets: readonly number[]; readonly weight: number };
}

/** A linear expert over `vectors` [texts, dimension], fitted to `rows` (all by default). */
export function fitExpert(
  labelled: Labelled,
  vectors: Float32Array,
  { c, scaled, rows, more = { targets: [], weight: 0 } }: ExpertOptions,
): LogisticModel {
  const own = labelled.texts.length;
  const k = labelled.task.labels.length;
  const targets = [...logisticTargets(labelled), ...more.targets];
  const kind = stackKindOf(labelled.task.kind);
  const n = kind === 'softmax' ? targets.length : targets.length / k;
  const fit = scaled ? fitScaledLogistic : fitLogistic;
  return fit(vectors, n, vectors.length / n, targets, k, {
    kind,
    c,
    sampleWeights: Array.from({ length: n }, (_, i) => (i < own ? 1 : more.weight)),
    ...(rows && { rows }),
  });
}

/** Rows by fold: which texts are held out together. Empty folds are left out. */
export function heldOutRows(labelled: Labelled, folds: number, seed: number): number[][] {
  const foldOf = assignFolds(labelled.texts, labelled.labels, folds, seed);
  const rows = Array.from({ length: folds }, (_, fold) =>
    labelled.texts.flatMap((_text, i) => (foldOf[i] === fold ? [i] : [])),
  );
  return rows.filter((held) => held.length > 0);
}

/** All rows but these. */
export function otherRows(labelled: Labelled, heldOut: readonly number[]): number[] {
  const held = new Set(heldOut);
  return labelled.texts.flatMap((_, i) => (held.has(i) ? [] : [i]));
}

/**
 * Logits [texts, K] of a linear expert for texts that it was not fitted to; the mean over several ways
 * of holding them out. Stops between two folds when the signal aborts.
 */
export async function outOfFold(
  labelled: Labelled,
  vectors: Float32Array,
  foldings: readonly (readonly (readonly number[])[])[],
  c: number,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const n = labelled.texts.length;
  const k = labelled.task.labels.length;
  const logits = new Float32Array(n * k);
  for (const held of foldings.flat()) {
    await pause(signal);
    const rows = otherRows(labelled, held);
    const all = logisticLogits(fitExpert(labelled, vectors, { c, scaled: true, rows }), vectors, n);
    for (const row of held)
      for (let at = row * k; at < (row + 1) * k; at++)
        logits[at] = (logits[at] ?? 0) + (all[at] ?? 0) / foldings.length;
  }
  return logits;
}
