// How well an encoder answers texts that it was not taught with: the right answer to a pair, and the
// right label among several.
import { createRandom } from '../experts/random';
import type { Session } from '../runtime/session';
import { dataOf, type Tensor } from '../runtime/tensor';
import type { Tokenizer } from '../tokenization/tokenizer';
import { askLabels, askPremise } from './drawAsked';
import type { TeachingRecipe } from './recipe';
import { teachingFeeds } from './teachingBatch';
import { layOutRows, type TeachingRow } from './teachingRow';
import type { TeachingSet } from './teachingSets';

/** Right answers of a set, and of how many. */
export interface HeldOutScore {
  readonly set: string;
  readonly kind: TeachingSet['kind'];
  readonly right: number;
  readonly of: number;
}

interface HeldOutBatch {
  readonly set: TeachingSet;
  readonly rows: readonly TeachingRow[];
}

const rowsAtOnce = 25;

/** The texts kept back, with the same questions each time. */
export async function heldOutBatches(
  tokenizer: Tokenizer,
  sets: readonly TeachingSet[],
  recipe: TeachingRecipe,
): Promise<HeldOutBatch[]> {
  const random = createRandom(recipe.seed);
  const batches: HeldOutBatch[] = [];
  for (const set of sets) {
    const asked =
      set.kind === 'pairs'
        ? set.heldOut.map((premise) => askPremise(premise, recipe.hypotheses, random))
        : set.heldOut.map((text) => askLabels(set, text, { most: recipe.labels }, random));
    const rows = await layOutRows(tokenizer, asked, recipe.maxTextTokens);
    rows.sort((a, b) => a.ids.length - b.ids.length);
    for (let at = 0; at < rows.length; at += rowsAtOnce)
      batches.push({ set, rows: rows.slice(at, at + rowsAtOnce) });
  }
  return batches;
}

/** Asks all of them of a session of `answeringGraph`, whose encoder has so many heads. */
export async function scoreHeldOut(
  session: Session,
  heads: number,
  parameters: Readonly<Record<string, Tensor>>,
  batches: readonly HeldOutBatch[],
): Promise<HeldOutScore[]> {
  const scores = new Map<string, HeldOutScore>();
  for (const { set, rows } of batches) {
    const feeds = { ...teachingFeeds(rows, heads, 1), ...parameters };
    const outputs = await session.run(feeds);
    const [logits, odds] = [dataOf(outputs.logits), dataOf(outputs.scores)];
    const before = scores.get(set.name) ?? { set: set.name, kind: set.kind, right: 0, of: 0 };
    let [right, of, at] = [before.right, before.of, 0];
    for (const { asked } of rows) {
      const own = odds.subarray(at, at + asked.hypotheses.length);
      if (asked.isRanked) {
        of++;
        const best = own.indexOf(Math.max(...own));
        if (asked.hypotheses[best]?.answer === 'entailment') right++;
      } else
        asked.hypotheses.forEach(({ answer }, k) => {
          of++;
          if (isRight(logits.subarray((at + k) * 3, (at + k) * 3 + 3), answer)) right++;
        });
      at += asked.hypotheses.length;
    }
    scores.set(set.name, { ...before, right, of });
  }
  return [...scores.values()];
}

/** `not_entailment` is said where entailment has less than half of the probability. */
function isRight(logits: Float32Array, answer: string): boolean {
  const [e = 0, n = 0, c = 0] = logits;
  const entails = e > Math.max(n, c) + Math.log1p(Math.exp(-Math.abs(n - c)));
  if (answer === 'not_entailment') return !entails;
  const best = Math.max(e, n, c);
  return answer === 'entailment' ? e === best : answer === 'neutral' ? n === best : c === best;
}

/** Mean of the sets' shares of right answers. */
export function meanAccuracy(scores: readonly HeldOutScore[], kind: TeachingSet['kind']): number {
  const own = scores.filter((score) => score.kind === kind);
  return own.reduce((sum, { right, of }) => sum + right / of, 0) / Math.max(1, own.length);
}
