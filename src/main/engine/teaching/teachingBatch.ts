// Rows of teaching as what a step is fed: tokens side by side without padding, who sees whom, what is
// read where, and what should come out.
import { floats, longs, type Tensor } from '../runtime/tensor';
import { packBatch } from '../tokenization/packBatch';
import { sees, type TeachingRow } from './teachingRow';

const impossible = -1e9;

/** Every so many rows of a step are compared with the base. */
const comparedEvery = 2;

/** The rows of a step whose text vectors are compared with the base's. */
export const comparedRows = (rows: readonly TeachingRow[]): TeachingRow[] =>
  rows.filter((_, r) => r % comparedEvery === 0);

/**
 * What to feed for `teachingGraph`, except for `base`; `weight`: that of answers to labels against 1 for
 * those to premises. read: hypotheses of all rows; groups: ranked rows, or one of weight 0 without any.
 */
export function teachingFeeds(
  rows: readonly TeachingRow[],
  heads: number,
  weight: number,
): Record<string, Tensor> {
  const packed = packBatch(
    rows.map(({ ids }) => ids),
    heads,
  );
  const { width } = packed;
  const [batch, tokens] = [rows.length, packed.ids.length];
  const read = rows.reduce((sum, { closings }) => sum + closings.length, 0);
  const ranked = rows.filter(({ asked }) => asked.isRanked).length;
  const groups = Math.max(1, ranked);
  const ofLabels = rows.reduce(
    (n, { asked, closings }) => n + (asked.isRanked ? closings.length : 0),
    0,
  );
  const premiseWeight = 1 / Math.max(1, read - ofLabels);
  const labelWeight = weight / Math.max(1, ofLabels);

  const positions = new BigInt64Array(tokens);
  const kinds = new BigInt64Array(tokens);
  const see = new Float32Array(batch * width * width).fill(impossible);
  const compared = Math.ceil(batch / comparedEvery);
  const averages = new Float32Array(compared * tokens);
  const closing = new Float32Array(read * tokens);
  const allowed = new Float32Array(read * 3);
  const pairWeights = new Float32Array(read);
  const candidates = new Float32Array(groups * read).fill(impossible);
  const right = new Float32Array(groups * read);
  let [first, hypothesis, group] = [0, 0, 0];
  rows.forEach((row, r) => {
    row.positions.forEach((position, i) => {
      positions[first + i] = BigInt(position);
      kinds[first + i] = i < row.textTokens ? 0n : 1n;
    });
    for (let place = 0; place < width; place++)
      for (let other = 0; other < width; other++)
        if (
          place === other ||
          (place < row.ids.length && other < row.ids.length && sees(row, place, other))
        )
          see[(r * width + place) * width + other] = 0;
    if (r % comparedEvery === 0) {
      const at = (r / comparedEvery) * tokens + first;
      averages.fill(1 / row.textTokens, at, at + row.textTokens);
    }
    row.closings.forEach((place, k) => {
      closing[hypothesis * tokens + first + place] = 1;
      const answer = row.asked.hypotheses[k]?.answer ?? 'neutral';
      for (const [i, wrong] of wrongAnswers[answer].entries())
        if (wrong) allowed[hypothesis * 3 + i] = impossible;
      pairWeights[hypothesis] = row.asked.isRanked ? labelWeight : premiseWeight;
      if (row.asked.isRanked) {
        candidates[group * read + hypothesis] = 0;
        if (answer === 'entailment') right[group * read + hypothesis] = 1;
      }
      hypothesis++;
    });
    if (row.asked.isRanked) group++;
    first += row.ids.length;
  });
  if (ranked === 0) candidates.fill(0);

  return {
    ids: longs(packed.ids, [tokens]),
    positions: longs(positions, [tokens]),
    kinds: longs(kinds, [tokens]),
    places: longs(packed.places, [batch, heads, width]),
    cells: longs(packed.cells, [tokens, heads]),
    mask: floats(packed.mask, [batch, width]),
    see: floats(see, [batch, 1, width, width]),
    averages: floats(averages, [compared, tokens]),
    closing: floats(closing, [read, tokens]),
    allowed: floats(allowed, [read, 3]),
    pairWeights: floats(pairWeights, [read]),
    candidates: floats(candidates, [groups, read]),
    right: floats(right, [groups, read]),
    rankingWeights: floats(new Float32Array(groups).fill(ranked > 0 ? 1 / ranked : 0), [groups]),
  };
}

/** For each answer, which of entailment, neutral and contradiction it rules out. */
const wrongAnswers = {
  entailment: [false, true, true],
  neutral: [true, false, true],
  contradiction: [true, true, false],
  not_entailment: [true, false, false],
} as const;
