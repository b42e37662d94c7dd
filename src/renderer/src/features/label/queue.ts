// Which text comes next. Three wishes, in this order:
// 1. nothing near-identical to what was shown or labelled lately: it would teach little;
// 2. the labels in turn: the text should probably belong to the label that has the fewest so far;
// 3. of those, in turn the one whose label is surest (a clear case) and the one that is least
//    sure (where the model has most to learn).
// Suggestions exist for a pool of texts only, spread evenly over the table: scoring 100,000 texts
// to choose one would take minutes and choose no better.
import type { Example } from '../../../../shared/domain';
import type { Suggestion } from '../../classifier';
import { areNearIdentical, wordsOf } from './similarity';

export const poolSize = 192;

/** At most `size` undecided texts, evenly spread; those that were skipped only when no others are left. */
export function pickPool(
  examples: readonly Example[],
  isShown: (id: string) => boolean,
  size = poolSize,
): Example[] {
  const undecided = examples.filter(({ decision }) => decision === null);
  const fresh = undecided.filter(({ id, skipped }) => !skipped && !isShown(id));
  const candidates = fresh.length > 0 ? fresh : undecided;
  const stride = Math.max(1, candidates.length / size);
  const pool: Example[] = [];
  for (let place = 0; place < candidates.length && pool.length < size; place += stride) {
    const example = candidates[Math.floor(place)];
    if (example) pool.push(example);
  }
  return pool;
}

export interface Choice {
  pool: readonly Example[];
  /** The surest label of a text, as far as it is known. */
  suggestionOf: (id: string) => Suggestion | undefined;
  /** Label id -> number of texts that have it. */
  counts: ReadonlyMap<string, number>;
  /** Texts shown or labelled lately. */
  recent: readonly string[];
  /** Turns between clear cases and unsure ones. */
  turn: number;
}

/** The text to show next; null when the pool is empty. */
export function chooseNext({ pool, suggestionOf, counts, recent, turn }: Choice): Example | null {
  const known = recent.map(wordsOf);
  const fresh = pool.filter(({ text }) => {
    const words = wordsOf(text);
    return !known.some((other) => areNearIdentical(words, other));
  });
  const candidates = (fresh.length > 0 ? fresh : pool).map((example) => ({
    example,
    suggestion: suggestionOf(example.id),
  }));

  const suggested = candidates.flatMap(({ example, suggestion }) =>
    suggestion ? [{ example, suggestion }] : [],
  );
  if (suggested.length === 0) return candidates[0]?.example ?? null;
  const given = ({ suggestion }: (typeof suggested)[number]) =>
    counts.get(suggestion.label.id) ?? 0;
  const fewest = Math.min(...suggested.map(given));
  const sign = turn % 2 === 0 ? 1 : -1;
  const ofRarest = suggested
    .filter((each) => given(each) === fewest)
    .sort((a, b) => sign * (b.suggestion.confidence - a.suggestion.confidence));
  return ofRarest[0]?.example ?? null;
}
