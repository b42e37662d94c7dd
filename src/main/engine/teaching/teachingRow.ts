// One row of teaching: a text and what is asked about it, in the shared-text layout as one sequence
//   [CLS] text [SEP] | template | hypothesis 1 [SEP] | hypothesis 2 [SEP] | ...
// where the text sees the text, the template sees both, and a hypothesis also itself.
import { maxLabelTokens, maxTemplateTokens } from '../entailment/question';
import type { Tokenizer } from '../tokenization/tokenizer';
import type { Answer } from './teachingSets';

/** What is asked about a text, in words. */
export interface Asked {
  readonly text: string;
  readonly template: string;
  readonly hypotheses: readonly { readonly words: string; readonly answer: Answer }[];
  /** Exactly one hypothesis is right, and the others should score less. */
  readonly isRanked: boolean;
  /** A text that is too long is read at its end instead of at its beginning. */
  readonly isFromEnd: boolean;
}

export interface TeachingRow {
  readonly asked: Asked;
  readonly ids: readonly number[];
  readonly positions: readonly number[];
  /** Tokens of the text, [CLS] and [SEP] included; and of the template. */
  readonly textTokens: number;
  readonly templateTokens: number;
  /** Place of each hypothesis's closing [SEP] in the row. */
  readonly closings: readonly number[];
}

/** The rows of all that is asked, in its order; texts are cut to `maxTextTokens`. */
export async function layOutRows(
  tokenizer: Tokenizer,
  asked: readonly Asked[],
  maxTextTokens: number,
): Promise<TeachingRow[]> {
  const words = asked.flatMap(({ text, template, hypotheses }) => [
    text,
    template,
    ...hypotheses.map((hypothesis) => hypothesis.words),
  ]);
  const encoded = (await tokenizer.encodeBatch(words)).values();
  const next = () => encoded.next().value ?? [];
  return asked.map((each): TeachingRow => {
    const all = next();
    const most = maxTextTokens - 2;
    const read = each.isFromEnd ? all.slice(-most) : all.slice(0, most);
    const text = [tokenizer.clsId, ...read, tokenizer.sepId];
    const template = next().slice(0, maxTemplateTokens);
    const ids = [...text, ...template];
    const positions = [...text.keys(), ...template.keys()];
    const closings = each.hypotheses.map(() => {
      for (const [i, id] of [...next().slice(0, maxLabelTokens - 1), tokenizer.sepId].entries()) {
        ids.push(id);
        positions.push(template.length + i);
      }
      return ids.length - 1;
    });
    return {
      asked: each,
      ids,
      positions,
      textTokens: text.length,
      templateTokens: template.length,
      closings,
    };
  });
}

/** May one place of the row look at another? */
export function sees(row: TeachingRow, place: number, other: number): boolean {
  const { textTokens, templateTokens, closings } = row;
  if (place < textTokens) return other < textTokens;
  if (other < textTokens + templateTokens) return true;
  const hypothesisOf = (at: number) => closings.findIndex((closing) => at <= closing);
  return place >= textTokens + templateTokens && hypothesisOf(place) === hypothesisOf(other);
}
