// How alike two texts are: the words they share, as a part of all their words (Jaccard).

/** The different words of a text; scripts without spaces give their characters. */
export function wordsOf(text: string): Set<string> {
  const words = text
    .slice(0, 4000)
    .toLowerCase()
    .match(/\p{Script=Han}|[\p{L}\p{N}]+/gu);
  return new Set(words);
}

/** True when at least four fifths of all their words are in both. */
export function areNearIdentical(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  if (small.size < 0.8 * large.size) return false; // too few words to reach it
  let shared = 0;
  for (const word of small) if (large.has(word)) shared++;
  return shared >= 0.8 * (a.size + b.size - shared);
}
