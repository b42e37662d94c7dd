// What a task has learned as one small file, task.safetensors: kept with the run and in the bundle.
import * as v from 'valibot';
import { Task } from '../../../shared/domain';
import { StudioError } from '../../../shared/errors';
import type { ParameterCount } from '../../../shared/events';
import { fingerprintOf } from '../encoders/fingerprint';
import { questionPairs, textPairs } from '../encoders/lowRank';
import type { Encoder } from '../encoders/encoder';
import { layoutQuestion } from '../entailment/question';
import {
  openSafetensors,
  writeSafetensors,
  type NamedTensor,
  type Safetensors,
} from '../weights/safetensors';
import type { Learned } from './learned';
import type { LowRankState, QuestionState } from './questionState';
import { startingState } from './startingState';

const Facts = v.object({
  encoder: v.string(),
  /** See `fingerprintOf`; older files do not say it. */
  fingerprint: v.optional(v.string()),
  task: Task,
  entailment: v.boolean(),
  /** Ranks of the updates of the question's side and of the text's side; 0 without. */
  questionRank: v.number(),
  textRank: v.number(),
  /** The first layer that is updated on the text's side; older files do not say it and have all. */
  firstTextLayer: v.optional(v.number(), 0),
});

/** Plain words for the tensors, in the order in which the user reads them. */
const partOf: Readonly<Record<string, string>> = {
  bias: 'how common each label is',
  'entailment.tokens': 'words of template and labels',
  'entailment.deep': 'words at every layer',
  'entailment.lowRank': 'how questions are read',
  'entailment.head.weight': 'entailment answer',
  'entailment.head.bias': 'entailment answer',
  'entailment.bias': 'entailment answer',
  'entailment.logScale': 'entailment answer',
  linear: 'linear expert',
  'tuned.expert': 'expert on tuned texts',
  'tuned.parameters': 'how texts are read',
};

function tensorsOf({ entailment, linear, tuned, bias }: Learned): NamedTensor[] {
  const k = bias.length;
  const tensor = (name: string, data: Float32Array, shape: readonly number[] = [data.length]) => ({
    name,
    shape,
    data,
  });
  const tensors = [tensor('bias', bias)];
  if (entailment) {
    const { question, tokens, deep, lowRank, headWeight, headBias, logScale } = entailment;
    const places = question.ids.length;
    if (deep) tensors.push(tensor('entailment.deep', deep));
    if (lowRank) tensors.push(tensor('entailment.lowRank', lowRank.parameters));
    if (entailment.isTuned)
      tensors.push(
        tensor('entailment.tokens', tokens, [places, tokens.length / places]),
        tensor('entailment.head.weight', headWeight, [3, headWeight.length / 3]),
        tensor('entailment.head.bias', headBias),
        tensor('entailment.bias', entailment.bias),
      );
    tensors.push(tensor('entailment.logScale', Float32Array.of(logScale)));
  }
  if (linear) tensors.push(tensor('linear', linear.weights, [k, linear.dimension]));
  if (tuned) {
    const { expert, parameters } = tuned;
    tensors.push(tensor('tuned.expert', expert.weights, [k, expert.dimension]));
    tensors.push(tensor('tuned.parameters', parameters));
  }
  return tensors;
}

/** Every number that is stored beyond the encoder, by part. */
export function countLearned(learned: Learned, base: number): ParameterCount {
  const parts = new Map<string, number>();
  for (const { name, data } of tensorsOf(learned)) {
    const part = partOf[name] ?? name;
    parts.set(part, (parts.get(part) ?? 0) + data.length);
  }
  const counted = [...parts].map(([part, numbers]) => ({ part, numbers }));
  const total = counted.reduce((sum, { numbers }) => sum + numbers, 0);
  return { learned: total, base, share: total / base, parts: counted };
}

export async function writeLearned(
  file: string,
  learned: Learned,
  encoder: Encoder,
): Promise<void> {
  const rankOf = (low: LowRankState | null | undefined) => low?.pairs[0]?.down.shape[1] ?? 0;
  const facts: v.InferOutput<typeof Facts> = {
    encoder: encoder.info.id,
    fingerprint: await fingerprintOf(encoder),
    task: learned.task,
    entailment: learned.entailment !== null,
    questionRank: rankOf(learned.entailment?.lowRank),
    textRank: rankOf(learned.tuned),
    firstTextLayer: learned.tuned?.pairs[0]?.layer ?? 0,
  };
  await writeSafetensors(file, tensorsOf(learned), { handful: JSON.stringify(facts) });
}

/** The id of the encoder that the file was learned over. */
export async function encoderOf(file: string): Promise<string> {
  const opened = await openSafetensors(file);
  await opened.close();
  return factsIn(opened.metadata, file).encoder;
}

function factsIn(metadata: ReadonlyMap<string, string>, file: string) {
  try {
    return v.parse(Facts, JSON.parse(metadata.get('handful') ?? 'null'));
  } catch {
    throw damaged(file);
  }
}

const damaged = (file: string) =>
  new StudioError(
    'bundle-damaged',
    `"${file}" does not hold a trained classifier. Train again, or open the exported classifier again.`,
  );

/** Reads what `writeLearned` wrote; throws 'encoder-changed' over another encoder than it was learned over. */
export async function readLearned(file: string, encoder: Encoder): Promise<Learned> {
  const opened = await openSafetensors(file);
  try {
    const facts = factsIn(opened.metadata, file);
    const { task, entailment, questionRank, textRank, firstTextLayer } = facts;
    const fingerprint = await fingerprintOf(encoder);
    if ((facts.fingerprint ?? fingerprint) !== fingerprint)
      throw new StudioError(
        'encoder-changed',
        `This classifier was trained with another version of the language model "${facts.encoder}", so its answers would be wrong with this one. Train again.`,
      );
    const linear = opened.tensors.get('linear');
    const tuned = opened.tensors.get('tuned.expert');
    return {
      task,
      bias: await opened.read('bias'),
      entailment: entailment ? await readQuestion(opened, encoder, task, questionRank) : null,
      linear: linear
        ? { weights: await opened.read('linear'), dimension: linear.shape[1] ?? 0 }
        : null,
      tuned: tuned
        ? {
            pairs: textPairs(encoder.config, textRank, firstTextLayer),
            parameters: await opened.read('tuned.parameters'),
            expert: { weights: await opened.read('tuned.expert'), dimension: tuned.shape[1] ?? 0 },
          }
        : null,
    };
  } finally {
    await opened.close();
  }
}

async function readQuestion(
  { tensors, read }: Safetensors,
  encoder: Encoder,
  task: Task,
  rank: number,
): Promise<QuestionState> {
  const question = await layoutQuestion(encoder.tokenizer, task);
  const logScale = (await read('entailment.logScale'))[0] ?? 0;
  if (!tensors.has('entailment.tokens'))
    return { ...(await startingState(encoder, question)), logScale };
  const readIf = (name: string) => (tensors.has(name) ? read(name) : null);
  const lowRank = await readIf('entailment.lowRank');
  return {
    question,
    isTuned: true,
    tokens: await read('entailment.tokens'),
    deep: await readIf('entailment.deep'),
    lowRank: lowRank && { pairs: questionPairs(encoder.config, rank), parameters: lowRank },
    headWeight: await read('entailment.head.weight'),
    headBias: await read('entailment.head.bias'),
    bias: await read('entailment.bias'),
    logScale,
  };
}

/** The classifier that a task is before it has learned anything. */
export async function zeroShot(encoder: Encoder, task: Learned['task']): Promise<Learned> {
  const question = await layoutQuestion(encoder.tokenizer, task);
  return {
    task,
    entailment: await startingState(encoder, question),
    linear: null,
    tuned: null,
    bias: new Float32Array(task.labels.length),
  };
}
