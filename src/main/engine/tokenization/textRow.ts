// One text as the encoder reads it: [CLS] text [SEP], cut at a stated length, with an honest count of
// what was cut.
import type { Tokenizer } from './tokenizer';

export interface TextRow {
  /** With [CLS] in front and [SEP] behind. */
  readonly ids: Int32Array;
  /** Tokens of the whole text, both of those included. */
  readonly tokens: number;
  /** Tokens that are read: `ids.length`. Less than `tokens` if the text was cut. */
  readonly kept: number;
  /** The text goes on past its first million characters; `tokens` counts no further than those. */
  readonly isLonger: boolean;
}

/** Further characters are not looked at: far more than any encoder reads, and still under a few seconds. */
export const maxCharacters = 1_000_000;

/** The row of a text, cut to `maxTokens` (at least 2: [CLS] and [SEP]). */
export async function textRow(
  tokenizer: Tokenizer,
  text: string,
  maxTokens: number,
): Promise<TextRow> {
  return rowOf(tokenizer, text, await tokenizer.encode(text.slice(0, maxCharacters)), maxTokens);
}

/** The rows of many texts, in their order. */
export async function textRows(
  tokenizer: Tokenizer,
  texts: readonly string[],
  maxTokens: number,
): Promise<TextRow[]> {
  const all = await tokenizer.encodeBatch(texts.map((text) => text.slice(0, maxCharacters)));
  return texts.map((text, i) => rowOf(tokenizer, text, all[i] ?? [], maxTokens));
}

function rowOf(
  { clsId, sepId }: Tokenizer,
  text: string,
  encoded: readonly number[],
  maxTokens: number,
): TextRow {
  const tokens = encoded.length + 2;
  const kept = Math.min(tokens, maxTokens);
  const ids = Int32Array.from([clsId, ...encoded.slice(0, kept - 2), sepId]);
  return { ids, tokens, kept, isLonger: text.length > maxCharacters };
}
