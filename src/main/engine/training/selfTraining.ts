// Self-training (Scudder 1965; Lee 2013, "Pseudo-label"): texts of the table that nobody has labelled
// join the linear experts' lessons, under the label that the classifier thinks they have.
import type { Text } from '../../../shared/domain';
import { logitsOf, meanVectorsOf } from '../evaluation/classify';
import { addLinear, confidenceOf, type Learned } from '../evaluation/learned';
import type { Readers } from '../evaluation/readers';
import { adjustToShares, estimateShares } from '../experts/labelShares';
import { textRows } from '../tokenization/textRow';
import { logisticTargets, type Labelled } from './labelled';
import type { Recipe } from './recipe';

/** Texts without a label, each with the answer that it is taken to have. */
export interface Supposed {
  /** As `fitLogistic` wants them: a label of each text, or for yes-no 0 and 1. */
  readonly targets: readonly number[];
  /** Mean vectors of the untouched encoder [texts, layers * hidden]. */
  readonly vectors: Float32Array;
  /** Vectors of the tuned text pass [texts, hidden]; null without one. */
  readonly tuned: Float32Array | null;
}

/**
 * The surest answers about the texts of the pool. Null where there is nothing to teach or to be
 * taught, and where a text may have several labels: one sure answer about such a text says little.
 */
export async function supposeLabels(
  readers: Readers,
  labelled: Labelled,
  learned: Learned,
  pool: readonly Text[],
  { selfTraining }: Recipe,
  cancel: AbortSignal,
): Promise<Supposed | null> {
  const { tuned, task } = learned;
  const isPointless = pool.length === 0 || selfTraining.share === 0 || !(learned.linear ?? tuned);
  if (isPointless || task.kind === 'multi') return null;
  const { tokenizer, info } = readers.encoder;
  const texts = pool.map(({ text }) => text);
  const rows = await textRows(tokenizer, texts, info.maxTextTokens);
  const vectors = await meanVectorsOf(readers, rows, cancel);
  const logits = await logitsOf(readers, { ...learned, tuned: null }, rows, cancel);
  const tunedVectors =
    tuned && (await (await readers.tuned(tuned.pairs)).read(rows, tuned.parameters, cancel));
  if (tuned && tunedVectors) addLinear(logits, tuned.expert, tunedVectors);

  const k = task.labels.length;
  const confidence = confidenceOf(task.kind, logits, k);
  // "yes" and "no" as two classes, in the order of their targets
  const classes =
    task.kind === 'yes-no'
      ? Float32Array.from([...confidence].flatMap((yes) => [1 - yes, yes]))
      : confidence;
  const chosen = surest(classes, sharesOf(labelled), selfTraining.share);
  const pick = (all: Float32Array) => {
    const width = all.length / rows.length;
    return Float32Array.from(
      chosen.flatMap(({ text }) => [...all.subarray(text * width, (text + 1) * width)]),
    );
  };
  return {
    targets: chosen.map(({ target }) => target),
    vectors: pick(vectors),
    tuned: tunedVectors && pick(tunedVectors),
  };
}

/** How common each class is among the labelled texts, by the rule of succession: never 0. */
function sharesOf(labelled: Labelled): number[] {
  const targets = logisticTargets(labelled);
  const classes = Math.max(2, labelled.task.labels.length);
  const counts = new Array<number>(classes).fill(0.5);
  for (const target of targets) counts[target] = (counts[target] ?? 0) + 1;
  return counts.map((count) => count / (targets.length + classes / 2));
}

/**
 * Of the texts that are taken for a class, the given share that is surest, for every class. Which class
 * a text is taken for reckons with how common the classes seem to be among these texts: a handful of
 * labelled texts mostly has as many of each, a table has not.
 * @param confidence [texts, classes]
 * @param learned how common the classes are among the labelled texts.
 */
export function surest(
  confidence: Float32Array,
  learned: readonly number[],
  share: number,
): { text: number; target: number }[] {
  const k = learned.length;
  const adjusted = adjustToShares(confidence, learned, estimateShares(confidence, learned));
  const answers = Array.from({ length: adjusted.length / k }, (_, text) => {
    const row = adjusted.subarray(text * k, (text + 1) * k);
    const sure = row.reduce((a, b) => Math.max(a, b));
    return { text, target: row.indexOf(sure), sure };
  });
  return learned.flatMap((_, target) => {
    const own = answers.filter((answer) => answer.target === target);
    const count = Math.ceil(share * own.length);
    return own.sort((a, b) => b.sure - a.sure || a.text - b.text).slice(0, count);
  });
}
