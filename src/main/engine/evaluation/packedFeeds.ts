// What the passes over packed texts are fed.
import type { EncoderConfig } from '../encoders/encoderConfig';
import type { LowRankPair } from '../encoders/lowRank';
import { leavesLowerLayers, type ReadText } from '../encoders/tunedPass';
import { floats, longs, type Tensor } from '../runtime/tensor';
import { packBatch } from '../tokenization/packBatch';

/** What to feed for `tunedPass`. */
export function tunedFeeds(
  config: EncoderConfig,
  pairs: readonly LowRankPair[],
  texts: readonly ReadText[],
): Record<string, Tensor> {
  const { num_attention_heads: heads, hidden_size: hidden } = config;
  const { ids, positions, ...grid } = packedFeeds(
    texts.map((text) => text.ids),
    heads,
  );
  if (!leavesLowerLayers(config, pairs)) return { ids, positions, ...grid };
  const joined = new Float32Array(texts.reduce((sum, { states }) => sum + states.length, 0));
  let at = 0;
  for (const { states } of texts) {
    joined.set(states, at);
    at += states.length;
  }
  return { states: floats(joined, [joined.length / hidden, hidden]), ...grid };
}

/** What to feed for `packedInputs`. */
export function packedFeeds(rows: readonly ArrayLike<number>[], heads: number) {
  const { ids, positions, places, cells, mask, averages, width } = packBatch(rows, heads);
  const tokens = ids.length;
  return {
    ids: longs(ids, [tokens]),
    positions: longs(positions, [tokens]),
    places: longs(places, [rows.length, heads, width]),
    cells: longs(cells, [tokens, heads]),
    mask: floats(mask, [rows.length, width]),
    averages: floats(averages, [rows.length, tokens]),
  };
}
