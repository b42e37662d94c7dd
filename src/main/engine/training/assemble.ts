// The experts as they stand with the parameters of the moment: what a run shows while it learns and what
// it keeps at its end are made of them, so "keep this moment" keeps just what was seen.
import { tunedVectorsOf } from '../evaluation/classify';
import type { Readers } from '../evaluation/readers';
import { logisticLogits } from '../experts/logisticRegression';
import { tunedFactor, type Experts } from './combine';
import { fitExpert, otherRows, stackKindOf } from './linearExperts';
import type { Prepared } from './prepare';
import type { Recipe } from './recipe';
import type { TokenTuning } from './tokenTuning';

/** Parameters of the tuned parts; null: untuned. */
export interface TunedParts {
  readonly tokens: Float32Array | null;
  readonly text: Float32Array | null;
}

/** The experts with these parameters, over the labelled texts. */
export async function assemble(
  readers: Readers,
  prepared: Prepared,
  { tokens, text }: TunedParts,
  tokenTuning: TokenTuning | null,
  cancel: AbortSignal,
): Promise<Experts> {
  const { plan, start } = prepared;
  return {
    ...prepared,
    entailment: tokens && tokenTuning ? tokenTuning.stateOf(tokens) : start,
    tuned: text && {
      pairs: plan.pairs,
      parameters: text,
      vectors: await tunedVectors(readers, prepared, text, cancel),
    },
  };
}

const tunedVectors = (
  readers: Readers,
  { plan, labelled }: Prepared,
  parameters: Float32Array,
  cancel: AbortSignal,
) => tunedVectorsOf(readers, { pairs: plan.pairs, parameters }, labelled.rows, cancel);

/** A tuning of the text side that had not seen some of the texts. */
export interface TextCheck {
  readonly heldOut: readonly number[];
  readonly parameters: Float32Array;
}

/**
 * Held-out logits [texts, K] of the tuned expert, in the spread that it has in the classifier; null
 * unless every text was held out in one of the checks.
 */
export async function tunedOutOfFold(
  readers: Readers,
  prepared: Prepared,
  checks: readonly TextCheck[],
  recipe: Recipe,
  cancel: AbortSignal,
): Promise<Float32Array | null> {
  const { labelled, linearHeldOut } = prepared;
  const n = labelled.texts.length;
  const k = labelled.task.labels.length;
  if (checks.reduce((sum, { heldOut }) => sum + heldOut.length, 0) < n) return null;
  const logits = new Float32Array(n * k);
  for (const { heldOut, parameters } of checks) {
    const vectors = await tunedVectors(readers, prepared, parameters, cancel);
    const rows = otherRows(labelled, heldOut);
    const model = fitExpert(labelled, vectors, { c: recipe.tunedC, scaled: false, rows });
    const all = logisticLogits(model, vectors, n);
    const known = Float32Array.from(
      rows.flatMap((row) => [...all.subarray(row * k, (row + 1) * k)]),
    );
    const kind = stackKindOf(labelled.task.kind);
    const factor = tunedFactor(kind, known, linearHeldOut, k, recipe.tuned.spread);
    for (const row of heldOut)
      logits.set(
        all.subarray(row * k, (row + 1) * k).map((logit) => logit * factor),
        row * k,
      );
  }
  return logits;
}
