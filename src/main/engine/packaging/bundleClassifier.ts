// Runs an exported classifier from nothing but its bundle: its own model, its own tokenizer, the
// same cutting of texts as the runners that travel with it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { assert, StudioError } from '../../../shared/errors';
import { type TaskKind } from '../../../shared/domain';
import { lengthBatches } from '../evaluation/batches';
import { Session } from '../runtime/session';
import { dataOf, longs } from '../runtime/tensor';
import { padBatch } from '../tokenization/padBatch';
import { textRows, type TextRow } from '../tokenization/textRow';
import { loadTokenizer, type Tokenizer } from '../tokenization/tokenizer';
import { damaged, type Bundle } from './bundle';

export interface BundleClassifier {
  /** Confidences [texts, labels], in the order of the texts; hold a window of a table at a time. */
  classify(texts: readonly string[]): Promise<number[][]>;
  /** Gives the memory back. */
  close(): Promise<void>;
}

/** Opens it on the processor. Throws 'bundle-damaged', naming the file that cannot be used. */
export async function openBundleClassifier(bundle: Bundle): Promise<BundleClassifier> {
  const { kind, labels, maxTextTokens } = bundle.config.handful;
  const tokenizer = await openTokenizer(bundle);
  const session = await Session.open(fileOf(bundle, 'onnx/model.onnx'), { provider: 'cpu' }).catch(
    (error: unknown) => {
      throw damaged(bundle.fileName, 'onnx/model.onnx', `cannot be opened (${reason(error)})`);
    },
  );

  async function run(rows: readonly TextRow[]): Promise<number[][]> {
    const batch = padBatch(
      rows.map((row) => row.ids),
      tokenizer.padId,
    );
    const shape = [rows.length, batch.width];
    const { logits } = await session.run({
      input_ids: longs(batch.ids, shape),
      attention_mask: longs(BigInt64Array.from(batch.mask, BigInt), shape),
    });
    const numbers = dataOf(logits);
    if (numbers.length !== rows.length * labels.length)
      throw damaged(bundle.fileName, 'onnx/model.onnx', 'answers for another number of labels');
    return rows.map((_, place) =>
      toConfidence(kind, [...numbers.subarray(place * labels.length, (place + 1) * labels.length)]),
    );
  }

  return {
    async classify(texts) {
      const rows = await textRows(tokenizer, texts, maxTextTokens);
      const confidences: number[][] = [];
      for (const places of lengthBatches(rows.map((row) => row.kept))) {
        const answers = await run(places.map((place) => at(rows, place)));
        places.forEach((place, i) => (confidences[place] = at(answers, i)));
      }
      return confidences;
    },
    close: () => session.release(),
  };
}

/** Softmax of a row for one answer, sigmoid of each number otherwise. */
export function toConfidence(kind: TaskKind, logits: readonly number[]): number[] {
  if (kind !== 'single') return logits.map((logit) => 1 / (1 + Math.exp(-logit)));
  const highest = Math.max(...logits);
  const exps = logits.map((logit) => Math.exp(logit - highest));
  const total = exps.reduce((sum, value) => sum + value, 0);
  return exps.map((value) => value / total);
}

/** A tokenizer is loaded from a folder: the bundle's is laid into one of its own for the moment. */
async function openTokenizer(bundle: Bundle): Promise<Tokenizer> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'handful-tokenizer-'));
  try {
    await writeFile(path.join(folder, 'tokenizer.json'), fileOf(bundle, 'tokenizer.json'));
    return await loadTokenizer(folder);
  } catch (error) {
    if (error instanceof StudioError && error.code === 'encoder-damaged')
      throw damaged(bundle.fileName, 'tokenizer.json', 'cannot be used');
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function fileOf(bundle: Bundle, name: string): Uint8Array {
  const bytes = bundle.files.get(name);
  if (!bytes) throw damaged(bundle.fileName, name, 'is missing');
  return bytes;
}

function at<Value>(values: readonly Value[], place: number): Value {
  const value = values[place];
  assert(value !== undefined, `No value at ${place}.`);
  return value;
}

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));
