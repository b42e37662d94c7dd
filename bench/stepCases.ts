// The steps that are measured: for our side a graph and what it is fed, for PyTorch the same numbers.
import { firstTunedLayer, textPairs } from '../src/main/engine/encoders/lowRank';
import { groupLabels } from '../src/main/engine/entailment/labelGroups';
import { layoutQuestion, type Question } from '../src/main/engine/entailment/question';
import { questionScores } from '../src/main/engine/evaluation/classify';
import { confidenceOf } from '../src/main/engine/evaluation/learned';
import type { Readers } from '../src/main/engine/evaluation/readers';
import { startingState } from '../src/main/engine/evaluation/startingState';
import { joinMemories } from '../src/main/engine/evaluation/textMemory';
import { tunedFeeds } from '../src/main/engine/evaluation/packedFeeds';
import { createRandom } from '../src/main/engine/experts/random';
import type { Model } from '../src/main/engine/onnx/model';
import { ParameterVector } from '../src/main/engine/onnx/parameterVector';
import type { Parameter } from '../src/main/engine/optimizer/adamw';
import { floats } from '../src/main/engine/runtime/tensor';
import { textRows } from '../src/main/engine/tokenization/textRow';
import { contrastTargets } from '../src/main/engine/training/contrast';
import { contrastGraph } from '../src/main/engine/training/contrastGraph';
import { defaultRecipe } from '../src/main/engine/training/recipe';
import { stepGraph } from '../src/main/engine/training/stepGraph';
import { stepParts } from '../src/main/engine/training/stepParts';
import type { Feeds } from '../src/main/engine/training/stepRunner';
import { contrastFeeds } from '../src/main/engine/training/textTuning';

export interface StepCase {
  readonly name: string;
  readonly model: Model;
  readonly vector: ParameterVector<Parameter>;
  /** Where both sides start, [size]. */
  readonly parameters: Float32Array;
  /** What a step is fed, in the parts in which it is taken. */
  readonly parts: readonly Feeds[];
  /** The case as step_side.py takes it. */
  readonly request: object;
}

const template = 'this text is about';

/** A step of the question path; text number i has label i mod K. */
export async function questionCase(
  readers: Readers,
  texts: readonly string[],
  labels: readonly string[],
): Promise<StepCase> {
  const { encoder } = readers;
  const recipe = defaultRecipe.tokens;
  const { rates, decay, smoothing, divergenceWeight, longestGradient } = recipe;
  const kind = 'single';
  const rows = await textRows(encoder.tokenizer, texts, encoder.info.maxTextTokens);
  const named = labels.map((name) => ({ id: name, name }));
  const question = await layoutQuestion(encoder.tokenizer, { kind, template, labels: named });
  const start = await startingState(encoder, question);
  const hidden = encoder.config.hidden_size;
  const vector = new ParameterVector<Parameter>([
    { name: 'tokens', shape: [question.ids.length, hidden], rate: rates.tokens, decay },
    { name: 'head.weight', shape: [3, hidden], rate: rates.head, decay },
    { name: 'head.bias', shape: [3], rate: rates.head, decay },
    { name: 'bias', shape: [labels.length], rate: rates.bias, decay: 0 },
    { name: 'logScale', shape: [], rate: rates.bias, decay: 0 },
  ]);
  const parameters = new Float32Array(vector.size);
  vector.view(parameters, 'tokens').set(start.tokens);
  vector.view(parameters, 'head.weight').set(start.headWeight);
  vector.view(parameters, 'head.bias').set(start.headBias);

  const [batch, K] = [texts.length, labels.length];
  const target = texts.map((_, i) => i % K);
  const targets = Float32Array.from(
    target.flatMap((own) => labels.map((_, k) => (k === own ? 1 - smoothing : 0) + smoothing / K)),
  );
  const prior = confidenceOf(kind, await questionScores(readers, start, rows), K);
  const reader = await readers.texts();
  const parts: Feeds[] = [];
  for (const part of stepParts(Array.from(texts.keys()), question.ids.length)) {
    const some = (all: Float32Array) => {
      const [first = 0] = part;
      return floats(all.subarray(first * K, (first + part.length) * K), [part.length, K]);
    };
    parts.push({
      ...joinMemories(await reader.read(part.flatMap((text) => rows[text] ?? [])), reader.shape),
      targets: some(targets),
      prior: some(prior),
      weights: floats(new Float32Array(part.length).fill(1 / batch), [part.length]),
    });
  }
  const lengths = rows.map(({ kept }) => kept);
  const settings = { kind, divergenceWeight, longestGradient } as const;
  return {
    name: `question, ${batch} texts of ${mean(lengths)} tokens, ${K} labels (${question.ids.length} tokens)`,
    model: stepGraph(encoder, question, vector, { ...settings, lowRank: [] }),
    vector,
    parameters,
    parts,
    request: {
      ...requestOf('question', vector, parameters, rows),
      target,
      groups: groupsOf(question),
      smoothing,
      prior: base64(prior),
      divergenceWeight,
      longestGradient,
    },
  };
}

/** A step of the text side; text number i belongs to class i mod `classes`. */
export async function contrastCase(
  readers: Readers,
  texts: readonly string[],
  classes: number,
): Promise<StepCase> {
  const { encoder } = readers;
  const { rank, rate, decay, temperature, longestGradient } = defaultRecipe.text;
  const rows = await textRows(encoder.tokenizer, texts, encoder.info.maxTextTokens);
  const pairs = textPairs(encoder.config, rank);
  const factors = pairs.flatMap(({ down, up }) => [down, up]);
  const vector = new ParameterVector(factors.map((factor) => ({ ...factor, rate, decay })));
  const parameters = new Float32Array(vector.size);
  const random = createRandom(1);
  for (const { down } of pairs) {
    const view = vector.view(parameters, down.name);
    for (let i = 0; i < view.length; i++) view[i] = random.normal() / Math.sqrt(down.shape[0]);
  }
  const target = texts.map((_, i) => i % classes);
  const targets = contrastTargets(target.map((own) => [own]));
  const read = await (await readers.texts()).read(rows);
  const lengths = rows.map(({ kept }) => kept);
  const padding = 1 - lengths.reduce((a, b) => a + b, 0) / (Math.max(...lengths) * lengths.length);
  return {
    name: `contrast, ${texts.length} texts of ${mean(lengths)} tokens, rank ${rank} (padding ${Math.round(100 * padding)} %)`,
    model: contrastGraph(encoder, pairs, vector, {
      temperature,
      longestGradient,
      weights: { contrast: 1, pair: 1, prototype: 1 },
    }),
    vector,
    parameters,
    parts: [
      {
        ...tunedFeeds(encoder.config, pairs, read),
        ...contrastFeeds(targets, texts.length),
      },
    ],
    request: {
      ...requestOf('contrast', vector, parameters, rows),
      target,
      firstLayer: firstTunedLayer(encoder.config),
      temperature,
      longestGradient,
    },
  };
}

/** The question's groups of labels as lists: [G][P] for tokens, positions and labels. */
function groupsOf(question: Question) {
  const { groups, places, tokens, positions } = groupLabels(question);
  const label = tokens.map((token) =>
    question.labels.findIndex(({ start, closing }) => token >= start && token <= closing),
  );
  const rows = <T>(all: readonly T[]) =>
    Array.from({ length: groups }, (_, n) => all.slice(n * places, (n + 1) * places));
  return {
    tokens: rows(tokens),
    positions: rows(positions),
    labels: rows(label),
    template: question.templateTokens,
    closing: question.labels.map(({ closing }) => tokens.indexOf(closing)),
  };
}

const requestOf = (
  kind: string,
  { parameters: places }: ParameterVector<Parameter>,
  parameters: Float32Array,
  rows: readonly { readonly ids: Int32Array }[],
) => ({ kind, places, parameters: base64(parameters), rows: rows.map(({ ids }) => [...ids]) });

/** float32 numbers in little-endian order. */
const base64 = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

const mean = (values: readonly number[]): number =>
  Math.round(values.reduce((a, b) => a + b, 0) / values.length);
