// What a run will learn, counted strictly before it begins: at most 3 % of the encoder's numbers, all
// that the task needs beyond the encoder included (Kim and Yang 2023).
import { StudioError } from '../../../shared/errors';
import type { ParameterCount } from '../../../shared/events';
import { lowRankVector, questionPairs, textPairs, type LowRankPair } from '../encoders/lowRank';
import type { Encoder } from '../encoders/encoder';
import type { Question } from '../entailment/question';
import type { Recipe } from './recipe';

/** Places of a question past which its tokens are not tuned: a step would not fit into memory. */
const mostPlaces = 640;

export interface Plan {
  /** Template and label tokens, head, bias and scale are tuned; else the question stays zero-shot. */
  readonly tunesTokens: boolean;
  /** The tokens are learned again at every layer. */
  readonly deep: boolean;
  /** Low-rank updates of the question's side. */
  readonly questionPairs: readonly LowRankPair[];
  readonly linear: boolean;
  /** Low-rank updates of the text side; empty when they do not fit. */
  readonly pairs: readonly LowRankPair[];
  readonly parameters: ParameterCount;
}

/**
 * Chooses what fits, the cheapest parts first; the text side gets the largest rank up to the
 * recipe's that is left. Throws 'over-budget' when not even the bias of each label fits.
 */
export function makePlan(encoder: Encoder, question: Question, recipe: Recipe): Plan {
  const { hidden_size: hidden, num_hidden_layers: layers } = encoder.config;
  const base = encoder.info.parameters;
  const budget = Math.floor(recipe.largestShare * base);
  const labels = question.labels.length;
  const parts: { part: string; numbers: number }[] = [];
  let used = 0;
  const take = (part: string, numbers: number): boolean => {
    if (used + numbers > budget) return false;
    const known = parts.find((each) => each.part === part);
    if (known) known.numbers += numbers;
    else parts.push({ part, numbers });
    used += numbers;
    return true;
  };

  // The entailment answer has at least a scale.
  if (!take('how common each label is', labels) || !take('entailment answer', 1))
    throw new StudioError(
      'over-budget',
      `${labels} labels need more than ${100 * recipe.largestShare} % of the encoder "${encoder.info.name}". Use fewer labels or a larger encoder.`,
    );
  const places = question.ids.length;
  const answer = 3 * hidden + 3 + labels;
  const tunesTokens = places <= mostPlaces && used + answer + places * hidden <= budget;
  if (tunesTokens) {
    take('words of template and labels', places * hidden);
    take('entailment answer', answer);
  }
  const linear = take('linear expert', labels * layers * hidden);
  const deep =
    tunesTokens && recipe.tokens.deep && take('words at every layer', layers * places * hidden);
  const ofQuestion = questionPairs(encoder.config, tunesTokens ? recipe.tokens.rank : 0);
  const tunesQuestion =
    ofQuestion.length > 0 && take('how questions are read', lowRankVector(ofQuestion).size);
  const expert = labels * hidden;
  const perRank = lowRankVector(textPairs(encoder.config, 1)).size;
  const rank = Math.min(recipe.text.rank, Math.floor((budget - used - expert) / perRank));
  const pairs = linear && rank >= 1 ? textPairs(encoder.config, rank) : [];
  if (pairs.length > 0) {
    take('expert on tuned texts', expert);
    take('how texts are read', perRank * rank);
  }
  return {
    tunesTokens,
    deep,
    questionPairs: tunesQuestion ? ofQuestion : [],
    linear,
    pairs,
    parameters: { learned: used, base, share: used / base, parts },
  };
}
