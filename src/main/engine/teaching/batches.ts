// The rows of every step, in their order: they follow from the seed and the step's number alone, however
// a teaching was interrupted.
import type { Encoder } from '../encoders/encoder';
import { createRandom } from '../experts/random';
import { drawLabelled, drawPremises } from './drawAsked';
import type { TeachingRecipe } from './recipe';
import { layOutRows, type Asked, type TeachingRow } from './teachingRow';
import type { TeachingSet } from './teachingSets';

/** Rows that are tokenized together. */
const rowsAtOnce = 32;

/** The rows of step `first`, the next, and so on. A pool's rows follow from its number alone. */
export async function* batches(
  encoder: Encoder,
  sets: readonly TeachingSet[],
  recipe: TeachingRecipe,
  first: number,
): AsyncGenerator<TeachingRow[], never> {
  const { poolSteps, tokens, maxTextTokens, pairs } = recipe;
  for (let pool = Math.floor(first / poolSteps); ; pool++) {
    const random = createRandom(recipe.seed + pool * 2 ** 20);
    const rows: TeachingRow[] = [];
    const fill = async (draw: (() => Asked) | null, most: number) => {
      for (let left = draw ? most : 0; left > 0 && draw;) {
        const some = Array.from({ length: rowsAtOnce }, draw);
        for (const row of await layOutRows(encoder.tokenizer, some, maxTextTokens)) {
          if (left > 0) rows.push(row);
          left -= row.ids.length;
        }
      }
    };
    const most = poolSteps * tokens;
    await fill(drawPremises(sets, recipe, random), most * pairs);
    await fill(drawLabelled(sets, recipe, random), most * (1 - pairs));
    const steps = random.shuffle(cutByTokens(rows, poolSteps));
    yield* pool * poolSteps < first ? steps.slice(first - pool * poolSteps) : steps;
  }
}

/** The rows, by length, in `parts` of about equally many tokens. */
function cutByTokens(rows: readonly TeachingRow[], parts: number): TeachingRow[][] {
  const sorted = [...rows].sort((a, b) => a.ids.length - b.ids.length);
  const total = sorted.reduce((sum, { ids }) => sum + ids.length, 0);
  const cut = Array.from({ length: parts }, (): TeachingRow[] => []);
  let before = 0;
  for (const row of sorted) {
    cut[Math.floor((before * parts) / total)]?.push(row);
    before += row.ids.length;
  }
  return cut.filter((part) => part.length > 0);
}
