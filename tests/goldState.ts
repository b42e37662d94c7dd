// The recorded question of tests/golden as the engine keeps one.
import type { Encoder } from '../src/main/engine/encoders/encoder';
import { lowRankVector, questionPairs } from '../src/main/engine/encoders/lowRank';
import { layoutQuestion } from '../src/main/engine/entailment/question';
import type { LowRankState, QuestionState } from '../src/main/engine/evaluation/questionState';
import type { GoldStep } from './golden/golden';

export async function goldState(encoder: Encoder, gold: GoldStep): Promise<QuestionState> {
  const of = (name: string) => Float32Array.from(gold.trainables[name]?.data ?? []);
  const labels = gold.labels.map((name) => ({ id: name, name }));
  return {
    question: await layoutQuestion(encoder.tokenizer, {
      kind: gold.kind,
      template: gold.template,
      labels,
    }),
    isTuned: true,
    tokens: of('tokens'),
    deep: gold.trainables.deep ? of('deep') : null,
    lowRank: lowRankOf(encoder, gold),
    headWeight: of('head.weight'),
    headBias: of('head.bias'),
    bias: of('bias'),
    logScale: of('logScale')[0] ?? Number.NaN,
  };
}

/** Ours are called `question.0.q.down`, the recorded ones `lowRank.0.q.down`. */
function lowRankOf({ config }: Encoder, { trainables }: GoldStep): LowRankState | null {
  const rank = trainables['lowRank.0.q.down']?.shape[1];
  if (rank === undefined) return null;
  const pairs = questionPairs(config, rank);
  const vector = lowRankVector(pairs);
  const parameters = new Float32Array(vector.size);
  for (const { name } of vector.parameters)
    vector
      .view(parameters, name)
      .set(trainables[name.replace('question.', 'lowRank.')]?.data ?? []);
  return { pairs, parameters };
}
