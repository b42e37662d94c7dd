// A classifier at work: texts in, confidence out. What is not needed is not computed.
import type { TextRow } from '../tokenization/textRow';
import { lengthBatches } from './batches';
import { addLinear, type Learned } from './learned';
import type { Readers } from './readers';
import type { TextMemory } from './textMemory';

/** Log-odds of each label for each row: [rows, labels]. Stops between two batches on abort. */
export async function logitsOf(
  readers: Readers,
  learned: Learned,
  rows: readonly TextRow[],
  signal?: AbortSignal,
): Promise<Float32Array> {
  const labels = learned.task.labels.length;
  const logits = new Float32Array(rows.length * labels);
  for (let i = 0; i < logits.length; i++) logits[i] = learned.bias[i % labels] ?? 0;
  if (learned.entailment || learned.linear) {
    const memories = await (await readers.texts()).read(rows, signal);
    if (learned.linear) addLinear(logits, learned.linear, joinVectors(memories));
    if (learned.entailment) await addEntailment(readers, learned, memories, logits);
  }
  if (learned.tuned) {
    const { pairs, parameters, expert } = learned.tuned;
    const reader = await readers.tuned(pairs);
    addLinear(logits, expert, await reader.read(rows, parameters, signal));
  }
  return logits;
}

async function addEntailment(
  readers: Readers,
  { entailment, task }: Learned,
  memories: readonly TextMemory[],
  logits: Float32Array,
): Promise<void> {
  if (!entailment) return;
  const labels = task.labels.length;
  const questions = await readers.questions();
  for (const batch of lengthBatches(memories.map(({ tokens }) => tokens))) {
    const scores = await questions.scores(
      entailment,
      batch.flatMap((i) => memories[i] ?? []),
    );
    batch.forEach((i, b) => {
      for (let k = 0; k < labels; k++)
        logits[i * labels + k] = (logits[i * labels + k] ?? 0) + (scores[b * labels + k] ?? 0);
    });
  }
}

/** The mean vectors of texts as one matrix [texts, dimension]. */
export function joinVectors(memories: readonly TextMemory[]): Float32Array {
  const dimension = memories[0]?.vectors.length ?? 0;
  const joined = new Float32Array(memories.length * dimension);
  memories.forEach(({ vectors }, i) => joined.set(vectors, i * dimension));
  return joined;
}
