// A classifier at work: texts in, log-odds out. What is not needed is not computed, and no more than
// one batch of texts is held.
import { pause } from '../runtime/pause';
import type { TextRow } from '../tokenization/textRow';
import { lengthBatches } from './batches';
import { addLinear, type Learned } from './learned';
import type { LowRankState, QuestionState } from './questionState';
import type { Readers } from './readers';
import type { TextMemory } from './textMemory';

/** Log-odds of each label for each row: [rows, labels]. Stops between two batches on abort. */
export async function logitsOf(
  readers: Readers,
  { task, bias, entailment, linear, tuned }: Learned,
  rows: readonly TextRow[],
  signal?: AbortSignal,
): Promise<Float32Array> {
  const labels = task.labels.length;
  return inBatches(rows, labels, signal, async (batch) => {
    const logits = Float32Array.from(
      { length: batch.length * labels },
      (_, i) => bias[i % labels] ?? 0,
    );
    if (entailment || linear || tuned) {
      const memories = await (await readers.texts()).read(batch);
      if (linear) addLinear(logits, linear, joinVectors(memories));
      if (entailment) {
        const scores = await (await readers.questions()).scores(entailment, memories);
        for (let i = 0; i < logits.length; i++) logits[i] = (logits[i] ?? 0) + (scores[i] ?? 0);
      }
      if (tuned) {
        const reader = await readers.tuned(tuned.pairs);
        addLinear(logits, tuned.expert, await reader.read(memories, tuned.parameters));
      }
    }
    return logits;
  });
}

/** Scores of a question about each row: [rows, labels]. */
export async function questionScores(
  readers: Readers,
  state: QuestionState,
  rows: readonly TextRow[],
  signal?: AbortSignal,
): Promise<Float32Array> {
  const [texts, questions] = [await readers.texts(), await readers.questions()];
  return inBatches(rows, state.question.labels.length, signal, async (batch) =>
    questions.scores(state, await texts.read(batch)),
  );
}

/** Mean vectors of the untouched encoder for each row: [rows, layers * hidden]. */
export async function meanVectorsOf(
  readers: Readers,
  rows: readonly TextRow[],
  signal?: AbortSignal,
): Promise<Float32Array> {
  const texts = await readers.texts();
  const { num_hidden_layers: layers, hidden_size: hidden } = readers.encoder.config;
  return inBatches(rows, layers * hidden, signal, async (batch) =>
    joinVectors(await texts.read(batch)),
  );
}

/** Vectors of the encoder with low-rank updates of its text side for each row: [rows, hidden]. */
export async function tunedVectorsOf(
  readers: Readers,
  { pairs, parameters }: LowRankState,
  rows: readonly TextRow[],
  signal?: AbortSignal,
): Promise<Float32Array> {
  const texts = await readers.texts();
  const { hidden_size: hidden } = readers.encoder.config;
  return inBatches(rows, hidden, signal, async (batch) => {
    const memories = await texts.read(batch);
    return (await readers.tuned(pairs)).read(memories, parameters);
  });
}

/** Runs batches of rows of similar length; `width` numbers come back for each row, in their order. */
async function inBatches(
  rows: readonly TextRow[],
  width: number,
  signal: AbortSignal | undefined,
  run: (batch: TextRow[]) => Promise<Float32Array>,
): Promise<Float32Array> {
  const all = new Float32Array(rows.length * width);
  for (const batch of lengthBatches(rows.map(({ kept }) => kept))) {
    await pause(signal);
    const found = await run(batch.flatMap((i) => rows[i] ?? []));
    batch.forEach((i, b) => all.set(found.subarray(b * width, (b + 1) * width), i * width));
  }
  return all;
}

function joinVectors(memories: readonly TextMemory[]): Float32Array {
  const dimension = memories[0]?.vectors.length ?? 0;
  const joined = new Float32Array(memories.length * dimension);
  memories.forEach(({ vectors }, i) => joined.set(vectors, i * dimension));
  return joined;
}
