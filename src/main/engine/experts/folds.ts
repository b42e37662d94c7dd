// Splits texts into folds for cross-validation: every label spread evenly, and texts that read the same
// kept together, since one of them would give the other away.
import { createRandom } from './random';

/**
 * The fold of each text, from 0 to `count` - 1. Never fails: with fewer texts than folds some folds stay
 * empty, and a label with fewer texts than folds is absent from some.
 * @param labels the labels of each text, any number of them; a text without any counts as a label itself.
 */
export function assignFolds(
  texts: readonly string[],
  labels: readonly (readonly number[])[],
  count: number,
  seed: number,
): Int32Array {
  const groups = groupBySameText(texts).map((members) => ({
    members,
    labels: members.flatMap((i) => {
      const own = labels[i] ?? [];
      return own.length > 0 ? own : [none];
    }),
  }));
  const totals = new Map<number, number>();
  for (const group of groups)
    for (const label of group.labels) totals.set(label, (totals.get(label) ?? 0) + 1);
  const rarity = (group: { labels: readonly number[] }) =>
    Math.min(...group.labels.map((label) => totals.get(label) ?? 0));

  // The rarest labels choose first, while every fold still has room (Sechidis et al. 2011, section 3).
  createRandom(seed).shuffle(groups);
  groups.sort((a, b) => rarity(a) - rarity(b) || b.members.length - a.members.length);
  const fold = new Int32Array(texts.length);
  const sizes = new Array<number>(count).fill(0);
  const held = sizes.map(() => new Map<number, number>());
  for (const { members, labels: own } of groups) {
    const crowd = held.map((counts) =>
      own.reduce((sum, label) => sum + (counts.get(label) ?? 0) / (totals.get(label) ?? 1), 0),
    );
    const best = leastOf(crowd, sizes);
    for (const i of members) fold[i] = best;
    sizes[best] = (sizes[best] ?? 0) + members.length;
    for (const label of own) held[best]?.set(label, (held[best].get(label) ?? 0) + 1);
  }
  return fold;
}

/** Stands for "no label" among label numbers. */
const none = -1;

/** What two texts must share to count as the same: all but case, punctuation and spacing. */
export function normalizeText(text: string): string {
  const words = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{P}\p{Z}\p{C}]+/gu, ' ')
    .trim();
  // A text of nothing but punctuation is told apart by it.
  return words || text.trim();
}

function groupBySameText(texts: readonly string[]): number[][] {
  const groups = new Map<string, number[]>();
  texts.forEach((text, i) => {
    const key = normalizeText(text);
    const group = groups.get(key);
    if (group) group.push(i);
    else groups.set(key, [i]);
  });
  return [...groups.values()];
}

/** The place of the least value; of equals the one with the least `second`, then the first. */
function leastOf(first: readonly number[], second: readonly number[]): number {
  const near = 1e-12;
  let best = 0;
  first.forEach((value, i) => {
    const difference = value - (first[best] ?? 0);
    if (difference < -near || (difference <= near && (second[i] ?? 0) < (second[best] ?? 0)))
      best = i;
  });
  return best;
}
