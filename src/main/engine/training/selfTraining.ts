// What texts of the table that nobody has labelled can teach: which labels are rare, and by self-training
// (Scudder 1965; Lee 2013, "Pseudo-label") more of what the linear experts learn from, under the label
// that the classifier thinks they have.
import type { Task, Text } from '../../../shared/domain';
import { logitsOf, meanVectorsOf, tunedVectorsOf } from '../evaluation/classify';
import { addLinear, confidenceOf, type Learned } from '../evaluation/learned';
import type { Readers } from '../evaluation/readers';
import { multiplyOdds, rarityOf } from '../experts/labelShares';
import { textRows } from '../tokenization/textRow';
import { logisticTargets, type Labelled } from './labelled';
import type { Recipe } from './recipe';

/** What texts without a label teach: which classes are rare, and the answers that the surest are taken to have. */
export interface Supposed {
  /** Factor, at most 1, for the odds of each class: labels in their order, for yes-no "no" and "yes". */
  readonly rarity: readonly number[];
  /** As `fitLogistic` wants them: a label of each text, or for yes-no 0 and 1. */
  readonly targets: readonly number[];
  /** Mean vectors of the untouched encoder [texts, layers * hidden]. */
  readonly vectors: Float32Array;
  /** Vectors of the tuned text pass [texts, hidden]; null without one. */
  readonly tuned: Float32Array | null;
}

/**
 * The surest answers about the texts of the pool, and which labels are rare there. Null where nothing
 * is to be learned from it, and where a text may have several labels: one sure answer about such a text
 * says little.
 * @param heldOut log-odds of labelled texts that were held out [texts, K]; null where there are none.
 */
export async function supposeLabels(
  readers: Readers,
  labelled: Labelled,
  learned: Learned,
  heldOut: Float32Array | null,
  pool: readonly Text[],
  { selfTraining, rarity: rarityOptions }: Recipe,
  cancel: AbortSignal,
): Promise<Supposed | null> {
  const { tuned, task } = learned;
  if (pool.length === 0 || selfTraining.share === 0 || task.kind === 'multi') return null;
  const { tokenizer, info } = readers.encoder;
  const texts = pool.map(({ text }) => text);
  const rows = await textRows(tokenizer, texts, info.maxTextTokens);
  const vectors = await meanVectorsOf(readers, rows, cancel);
  const logits = await logitsOf(readers, { ...learned, tuned: null }, rows, cancel);
  const tunedVectors = tuned && (await tunedVectorsOf(readers, tuned, rows, cancel));
  if (tuned && tunedVectors) addLinear(logits, tuned.expert, tunedVectors);

  const confidence = classConfidence(task, logits);
  const shares = sharesOf(labelled);
  const given = heldOut ? meanOf(classConfidence(task, heldOut), shares.length) : shares;
  const expected = shares.map((share, i) => Math.min(share, given[i] ?? share));
  const rarity = rarityOf(confidence, shares, expected, rarityOptions);
  const isTaught = (learned.linear ?? tuned) !== null;
  const chosen = isTaught ? surest(confidence, rarity, selfTraining.share) : [];
  const pick = (all: Float32Array) => {
    const width = all.length / rows.length;
    return Float32Array.from(
      chosen.flatMap(({ text }) => [...all.subarray(text * width, (text + 1) * width)]),
    );
  };
  return {
    rarity,
    targets: chosen.map(({ target }) => target),
    vectors: pick(vectors),
    tuned: tunedVectors && pick(tunedVectors),
  };
}

/** Confidence of each class [texts, classes]: of each label, or of "no" and "yes" as their targets are ordered. */
function classConfidence({ kind, labels }: Task, logits: Float32Array): Float32Array {
  const confidence = confidenceOf(kind, logits, labels.length);
  return kind === 'yes-no'
    ? Float32Array.from([...confidence].flatMap((yes) => [1 - yes, yes]))
    : confidence;
}

/** Mean of each column of [rows, width]. */
function meanOf(all: Float32Array, width: number): number[] {
  const sums = new Array<number>(width).fill(0);
  all.forEach((x, at) => (sums[at % width] = (sums[at % width] ?? 0) + x));
  return sums.map((sum) => (sum * width) / all.length);
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
 * Of the texts that are taken for a class, the given share that is surest, for every class.
 * @param confidence [texts, classes]
 * @param rarity factor for the odds of each class.
 */
export function surest(
  confidence: Float32Array,
  rarity: readonly number[],
  share: number,
): { text: number; target: number }[] {
  const k = rarity.length;
  const adjusted = multiplyOdds(confidence, rarity);
  const answers = Array.from({ length: adjusted.length / k }, (_, text) => {
    const row = adjusted.subarray(text * k, (text + 1) * k);
    const sure = row.reduce((a, b) => Math.max(a, b));
    return { text, target: row.indexOf(sure), sure };
  });
  return rarity.flatMap((_, target) => {
    const own = answers.filter((answer) => answer.target === target);
    const count = Math.ceil(share * own.length);
    return own.sort((a, b) => b.sure - a.sure || a.text - b.text).slice(0, count);
  });
}
