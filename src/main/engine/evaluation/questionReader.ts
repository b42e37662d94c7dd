// Scores of any task's labels over texts whose memories are there. One session for all tasks over
// an encoder; tasks with many labels are asked in portions, since labels do not see each other.
import type { ProviderName } from '../../../shared/domain';
import type { Encoder } from '../encoders/encoder';
import { closingRows, labelsOf, questionMask, type Question } from '../entailment/question';
import { questionGraph } from '../entailment/questionGraph';
import { Session } from '../runtime/session';
import { dataOf, floats, longs, scalar, type Tensor } from '../runtime/tensor';
import { joinMemories, type MemoryShape, type TextMemory } from './textMemory';

/** What the question path of a task has learned, or starts from; Q places, K labels. */
export interface QuestionState {
  readonly question: Question;
  /** [Q, hidden] */
  readonly tokens: Float32Array;
  readonly headWeight: Float32Array;
  readonly headBias: Float32Array;
  /** [K] */
  readonly bias: Float32Array;
  readonly logScale: number;
}

/** Labels in one portion: their places look at each other's in vain, so more cost more. */
const labelsAtOnce = 24;

export class QuestionReader {
  private constructor(
    private readonly session: Session,
    private readonly encoder: Encoder,
    private readonly shape: MemoryShape,
  ) {}

  static async open(
    encoder: Encoder,
    provider: ProviderName,
    shape: MemoryShape,
  ): Promise<QuestionReader> {
    const options = { provider, weightsFolder: encoder.folder };
    return new QuestionReader(await Session.open(questionGraph(encoder), options), encoder, shape);
  }

  /** Log-odds that each label is true of each text: [texts, labels]. */
  async scores(state: QuestionState, memories: readonly TextMemory[]): Promise<Float32Array> {
    const { question } = state;
    const labels = question.labels.length;
    const scores = new Float32Array(memories.length * labels);
    const joined = joinMemories(memories, this.shape);
    for (let from = 0; from < labels; from += labelsAtOnce) {
      const to = Math.min(labels, from + labelsAtOnce);
      const outputs = await this.session.run({ ...joined, ...this.#feeds(state, from, to) });
      const portion = dataOf(outputs.scores);
      for (let b = 0; b < memories.length; b++)
        scores.set(portion.subarray(b * (to - from), (b + 1) * (to - from)), b * labels + from);
    }
    return scores;
  }

  async release(): Promise<void> {
    await this.session.release();
  }

  #feeds(state: QuestionState, from: number, to: number): Record<string, Tensor> {
    const hidden = this.encoder.config.hidden_size;
    const whole = state.question;
    const part = labelsOf(whole, from, to);
    const places = part.ids.length;
    const start = (whole.labels[from]?.start ?? 0) * hidden;
    const tokens = new Float32Array(places * hidden);
    tokens.set(state.tokens.subarray(0, whole.templateTokens * hidden));
    const labelPlaces = (places - whole.templateTokens) * hidden;
    tokens.set(state.tokens.subarray(start, start + labelPlaces), whole.templateTokens * hidden);
    return {
      tokens: floats(tokens, [places, hidden]),
      positions: longs(BigInt64Array.from(part.positions.map(BigInt)), [places]),
      questionMask: floats(questionMask(part), [places, places]),
      closing: floats(closingRows(part), [to - from, places]),
      'head.weight': floats(state.headWeight, [3, hidden]),
      'head.bias': floats(state.headBias, [3]),
      logScale: scalar(state.logScale),
      bias: floats(state.bias.slice(from, to), [to - from]),
    };
  }
}
