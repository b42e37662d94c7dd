// A classifier as a run might leave it, with fixed numbers of the size that training gives: for tests of
// what is done with one.
import type { TaskKind } from '../src/shared/domain';
import type { Encoder } from '../src/main/engine/encoders/encoder';
import { lowRankVector, questionPairs, textPairs } from '../src/main/engine/encoders/lowRank';
import type { Learned } from '../src/main/engine/evaluation/learned';
import { zeroShot } from '../src/main/engine/evaluation/learnedFile';
import { createRandom } from '../src/main/engine/experts/random';

export type Expert = 'entailment' | 'linear' | 'tuned';

const names = ['complaint', 'great love', 'question about delivery'];

export async function sampleLearned(
  encoder: Encoder,
  kind: TaskKind,
  experts: readonly Expert[] = ['entailment', 'linear', 'tuned'],
  firstTextLayer?: number,
): Promise<Learned> {
  const labels = (kind === 'yes-no' ? names.slice(0, 1) : names).map((name) => ({
    id: `id of ${name}`,
    name,
  }));
  const start = await zeroShot(encoder, { kind, template: 'this text is about', labels });
  const random = createRandom(5);
  const normal = (size: number, deviation: number) =>
    Float32Array.from({ length: size }, () => random.normal() * deviation);
  const { hidden_size: hidden, num_hidden_layers: layers } = encoder.config;
  const lowRank = (pairs: ReturnType<typeof textPairs>) => ({
    pairs,
    parameters: normal(lowRankVector(pairs).size, 0.1),
  });
  const expert = (dimension: number) => ({
    weights: normal(labels.length * dimension, 1),
    dimension,
  });
  const { entailment } = start;
  return {
    ...start,
    bias: normal(labels.length, 0.5),
    entailment:
      entailment && experts.includes('entailment')
        ? {
            ...entailment,
            isTuned: true,
            tokens: entailment.tokens.map((x) => x + random.normal() * 0.02),
            deep: normal(layers * entailment.tokens.length, 0.05),
            lowRank: lowRank(questionPairs(encoder.config, 2)),
            bias: normal(labels.length, 0.3),
            logScale: -0.4,
          }
        : null,
    linear: experts.includes('linear') ? expert(layers * hidden) : null,
    tuned: experts.includes('tuned')
      ? { ...lowRank(textPairs(encoder.config, 2, firstTextLayer)), expert: expert(hidden) }
      : null,
  };
}
