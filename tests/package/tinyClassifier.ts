// A classifier small enough to be worked out by hand: the mean of a text's word vectors times a
// matrix. It has a real tokenizer and a real graph; `expected` is the same sum done without either
// ONNX or the packaging code.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Task, type TaskKind } from '../../src/shared/domain';
import { type RunSummary } from '../../src/shared/events';
import { GraphBuilder } from '../../src/main/engine/onnx/builder';
import { writeModel } from '../../src/main/engine/onnx/write';
import { type BundleSource } from '../../src/main/engine/packaging/bundle';
import { loadTokenizer } from '../../src/main/engine/tokenization/tokenizer';
import { writeSafetensors } from '../../src/main/engine/weights/safetensors';

const words =
  `[PAD] [UNK] [CLS] [SEP] [MASK] the a my your where when is was are it parcel order money back
  refund late broken lost great love thank you please can not card account pay help now today ! ? .
  , - ##s ##ed ##ing a b c d e 1 2 3 😀 🚚 مرحبا شكرا אין 谢 好 merci`.split(/\s+/);
const vocabulary = [...new Set(words)];
const width = 4;
export const maxTextTokens = 16;

/** Awkward on purpose; every bundle in the tests carries them. */
export const awkwardTexts = [
  'Where is my parcel?',
  '',
  '   \n\t ',
  'Great! Love it 😀🚚',
  'مرحبا שלום شكرا אין',
  'money\0back\0 please',
  'half a pair: \ud83d and \ude00 here',
  '谢谢 好的, merci — naïve "quotes", and, commas\r\nand lines',
  'the order is late. '.repeat(10),
  '=SUM(A1:A9) \u2028 \u0085 \ufeff \uffff',
];

/** Longer than what is looked at: 100,000 words; a last word past the millionth character. */
export const hugeTexts = [
  'the order is late. '.repeat(25_000),
  `${' '.repeat(999_998)}refund`,
  `${'\u{1f69a}\u200b'.repeat(333_333)}broken`,
];

/** Numbers between -1 and 1 that look like chance and never change. */
const vector = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin((i + 1) * 12.9898 + seed * 78.233));

export const labelNames: Readonly<Record<TaskKind, readonly string[]>> = {
  single: ['Late, or lost', '"Refund" | money', 'شكرا 谢谢 😀'],
  multi: ['late', 'label', 'line\nbreak'],
  'yes-no': ['complaint'],
};

function taskOf(kind: TaskKind): Task {
  const labels = labelNames[kind].map((name, place) => ({ id: `label-${place}`, name }));
  return { kind, template: 'This message is about', labels };
}

export interface TinyClassifier extends BundleSource {
  readonly model: Uint8Array;
  /** What the classifier must say to a text, in double precision. */
  expected(text: string): Promise<number[]>;
}

/** Lays encoder and task files into `folder` and returns everything that a bundle is made of. */
export async function makeTinyClassifier(
  folder: string,
  kind: TaskKind,
  texts = awkwardTexts,
): Promise<TinyClassifier> {
  const encoderFolder = path.join(folder, 'tiny-encoder');
  const taskFile = path.join(folder, 'task.safetensors');
  await writeEncoder(encoderFolder);
  const labels = labelNames[kind].length;
  const embeddings = vector(vocabulary.length * width, 1);
  const weights = vector(width * labels, 2).map((value) => value * 5);
  await writeSafetensors(taskFile, [{ name: 'weights', shape: [width, labels], data: weights }]);
  const tokenizer = await loadTokenizer(encoderFolder);

  const expected = async (text: string) => {
    const all = await tokenizer.encode(text.slice(0, 1_000_000));
    const ids = [tokenizer.clsId, ...all.slice(0, maxTextTokens - 2), tokenizer.sepId];
    const logits = Array.from({ length: labels }, (_, label) => {
      let sum = 0;
      for (const id of ids)
        for (let i = 0; i < width; i++)
          sum += (embeddings[id * width + i] ?? 0) * (weights[i * labels + label] ?? 0);
      return sum / ids.length;
    });
    const odds = logits.map(Math.exp);
    const total = odds.reduce((sum, value) => sum + value, 0);
    return odds.map((value) => value / (kind === 'single' ? total : 1 + value));
  };
  const golden = await Promise.all(
    texts.map(async (text) => ({ text, confidence: await expected(text) })),
  );
  return {
    name: 'Customer messages',
    summary: summaryOf(taskOf(kind)),
    encoderFolder,
    model: buildModel(embeddings, weights, labels),
    taskFile,
    maxTextTokens,
    golden,
    expected,
  };
}

function buildModel(embeddings: Float32Array, weights: Float32Array, labels: number): Uint8Array {
  const graph = new GraphBuilder('tiny');
  const ids = graph.input('input_ids', 'int64', ['batch', 'length']);
  const mask = graph.input('attention_mask', 'int64', ['batch', 'length']);
  const present = graph.unsqueeze(graph.cast(mask, 'float32'), [2]); // [batch, length, 1]
  const vectors = graph.gather(graph.constant(embeddings, [vocabulary.length, width]), ids);
  const sums = graph.reduceSum(graph.mul(vectors, present), [1]); // [batch, width]
  const means = graph.div(sums, graph.reduceSum(present, [1]));
  const logits = graph.matMul(means, graph.constant(weights, [width, labels]));
  return writeModel(graph.model({ logits }));
}

async function writeEncoder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const special = { unk: '[UNK]', sep: '[SEP]', pad: '[PAD]', cls: '[CLS]', mask: '[MASK]' };
  const named = Object.fromEntries(
    Object.entries(special).map(([key, token]) => [`${key}_token`, token]),
  );
  const files = {
    'config.json': {
      architectures: ['BertModel'],
      model_type: 'bert',
      hidden_size: width,
      vocab_size: vocabulary.length,
      handful: { base: 'nothing', licence: 'Apache-2.0', language: 'en' },
    },
    'tokenizer_config.json': { ...named, tokenizer_class: 'BertTokenizer', model_max_length: 512 },
    'special_tokens_map.json': named,
    'tokenizer.json': {
      version: '1.0',
      // A file may ask for these; neither the app nor a runner may follow it.
      truncation: { max_length: 4, strategy: 'LongestFirst', stride: 0, direction: 'Right' },
      padding: {
        strategy: { Fixed: 32 },
        direction: 'Right',
        pad_to_multiple_of: null,
        pad_id: 0,
        pad_type_id: 0,
        pad_token: '[PAD]',
      },
      added_tokens: Object.values(special).map((content) => ({
        id: vocabulary.indexOf(content),
        content,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      })),
      normalizer: {
        type: 'BertNormalizer',
        clean_text: true,
        handle_chinese_chars: true,
        strip_accents: null,
        lowercase: true,
      },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: null,
      decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
      model: {
        type: 'WordPiece',
        unk_token: '[UNK]',
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
        vocab: Object.fromEntries(vocabulary.map((word, id) => [word, id])),
      },
    },
  };
  for (const [name, content] of Object.entries(files))
    await writeFile(path.join(folder, name), JSON.stringify(content));
}

function summaryOf(task: Task): RunSummary {
  return {
    runId: 'run-1',
    encoder: 'tiny-encoder',
    task,
    createdAt: Date.UTC(2026, 0, 31, 12),
    seed: 7,
    temperature: 1,
    stoppedEarly: false,
    provider: 'cpu',
    parameters: {
      learned: 12,
      base: 1000,
      share: 0.012,
      parts: [{ part: 'label words', numbers: 12 }],
    },
    crossValidation: {
      folds: 4,
      texts: 24,
      correct: 21,
      accuracy: 0.875,
      low: 0.69,
      high: 0.957,
      labels: task.labels.map(({ id }) => ({
        labelId: id,
        examples: 8,
        found: 7,
        wronglyGiven: 1,
      })),
      predictions: [],
    },
    losses: [1, 0.5],
    parts: [{ part: 'words', steps: 2 }],
    seconds: [{ phase: 'learning', seconds: 1 }],
    recipe: ['The words of the labels count for all of it.'],
    cutTexts: [{ id: 't', tokens: 40, kept: 16 }],
  };
}
