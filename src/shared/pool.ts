// The texts of a table that nobody has labelled: training looks at some of them.

/** How many of them take part in training, at most: more cost time and were not seen to help. */
const poolSize = 150;

/** The texts without a label that take part in training. */
export const poolOf = <T>(unlabelled: readonly T[]): T[] => evenlySpread(unlabelled, poolSize);

/** At most `count` of the items, from all over, in their order. */
export function evenlySpread<T>(items: readonly T[], count: number): T[] {
  const stride = Math.max(1, items.length / count);
  const places = Array.from({ length: Math.min(count, items.length) }, (_, i) =>
    Math.floor(i * stride),
  );
  return places.flatMap((place) => items.slice(place, place + 1));
}
