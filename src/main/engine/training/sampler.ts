// Which texts a step sees: every class equally often, seeded, and the same for the same step however
// a run was interrupted.
import { createRandom } from '../experts/random';
import { classesOf } from './labelled';

/**
 * For steps 0, 1, ...: the chosen `rows`, about `size` of them, at most `perClass` of one class and
 * no text twice unless a class has too few. With more classes than fit, each step takes some of them
 * in turn.
 */
export function* balancedBatches(
  rows: readonly number[],
  labels: readonly (readonly number[])[],
  { size, perClass, seed }: { size: number; perClass: number; seed: number },
): Generator<number[], never> {
  const random = createRandom(seed);
  const byClass = new Map<number, number[]>();
  for (const row of rows)
    for (const each of classesOf(labels[row] ?? [])) {
      const members = byClass.get(each);
      if (members) members.push(row);
      else byClass.set(each, [row]);
    }
  const decks = [...byClass.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, members]) => new Deck(members, random));
  const classes = new Deck(
    decks.map((_, i) => i),
    random,
  );
  const each = Math.max(1, Math.min(perClass, Math.floor(size / decks.length)));
  const atOnce = Math.min(decks.length, Math.max(1, Math.floor(size / each)));
  for (;;) {
    const chosen = atOnce === decks.length ? decks : classes.draw(atOnce).map((i) => decks[i]);
    yield [...new Set(chosen.flatMap((deck) => deck?.draw(each) ?? []))];
  }
}

/** Draws without putting back until all are drawn, then shuffles anew. */
class Deck<T> {
  #rest: T[] = [];
  constructor(
    private readonly all: readonly T[],
    private readonly random: ReturnType<typeof createRandom>,
  ) {}

  draw(count: number): T[] {
    const drawn: T[] = [];
    while (drawn.length < Math.min(count, this.all.length)) {
      if (this.#rest.length === 0) this.#rest = this.random.shuffle([...this.all]);
      const next = this.#rest.pop();
      if (next !== undefined && !drawn.includes(next)) drawn.push(next);
    }
    return drawn;
  }
}
