// Predictions for any number of texts as a stream, in their order, in bounded memory: only one window
// of texts is held at a time. Inside a window texts of similar length are computed together.
import type { Prediction, Text } from '../../../shared/domain';
import { StudioError } from '../../../shared/errors';
import { textRows } from '../tokenization/textRow';
import { logitsOf } from './classify';
import { confidenceOf, type Learned } from './learned';
import type { Readers } from './readers';

/** The first answers come soon, the later windows are large enough to be sorted well. */
const firstWindow = 32;
const largestWindow = 1024;

export async function* predict(
  readers: Readers,
  learned: Learned,
  texts: AsyncIterable<Text> | Iterable<Text>,
  signal: AbortSignal,
): AsyncGenerator<Prediction[]> {
  let window: Text[] = [];
  let size = firstWindow;
  for await (const text of texts) {
    window.push(text);
    if (window.length < size) continue;
    yield await predictTexts(readers, learned, window, signal);
    window = [];
    size = Math.min(largestWindow, size * 4);
  }
  if (window.length > 0) yield await predictTexts(readers, learned, window, signal);
}

/** Predictions for a few texts, all of them held at once. */
export async function predictTexts(
  readers: Readers,
  learned: Learned,
  texts: readonly Text[],
  signal: AbortSignal,
): Promise<Prediction[]> {
  if (signal.aborted) throw new StudioError('cancelled', 'Stopped.');
  const { tokenizer, info } = readers.encoder;
  const rows = await textRows(
    tokenizer,
    texts.map(({ text }) => text),
    info.maxTextTokens,
  );
  const labels = learned.task.labels.length;
  const logits = await logitsOf(readers, learned, rows, signal);
  const confidence = confidenceOf(learned.task.kind, logits, labels);
  return texts.map(({ id }, i) => {
    const { tokens = 0, kept = 0 } = rows[i] ?? {};
    return {
      id,
      confidence: [...confidence.subarray(i * labels, (i + 1) * labels)],
      ...(kept < tokens && { cut: { tokens, kept } }),
    };
  });
}
