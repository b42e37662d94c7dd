// Scores of any task's labels over texts whose memories are there. One session for all tasks over
// an encoder; tasks with many labels are asked in portions, since labels do not see each other.
import type { ProviderName } from '../../../shared/domain';
import type { Encoder } from '../encoders/encoder';
import { closingRows, labelsOf, questionMask } from '../entailment/question';
import { questionGraph } from '../entailment/questionGraph';
import { Session } from '../runtime/session';
import { dataOf, floats, longs, scalar, type Tensor } from '../runtime/tensor';
import type { QuestionState } from './questionState';
import { joinMemories, type MemoryShape, type TextMemory } from './textMemory';

/** Labels in one portion: their places look at each other's in vain, so more cost more. */
const labelsAtOnce = 24;

export class QuestionReader {
  /** One for each kind of question that has been asked: with what it learns, the graph changes. */
  readonly #sessions = new Map<string, Promise<Session>>();

  constructor(
    private readonly encoder: Encoder,
    private readonly provider: ProviderName,
    private readonly shape: MemoryShape,
  ) {}

  /** Log-odds that each label is true of each text: [texts, labels]. */
  async scores(state: QuestionState, memories: readonly TextMemory[]): Promise<Float32Array> {
    const { question } = state;
    const labels = question.labels.length;
    const scores = new Float32Array(memories.length * labels);
    const session = await this.#session(state);
    const joined = joinMemories(memories, this.shape);
    for (let from = 0; from < labels; from += labelsAtOnce) {
      const to = Math.min(labels, from + labelsAtOnce);
      const outputs = await session.run({ ...joined, ...this.#feeds(state, from, to) });
      const portion = dataOf(outputs.scores);
      for (let b = 0; b < memories.length; b++)
        scores.set(portion.subarray(b * (to - from), (b + 1) * (to - from)), b * labels + from);
    }
    return scores;
  }

  async release(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).release();
    this.#sessions.clear();
  }

  #session({ deep, lowRank }: QuestionState): Promise<Session> {
    const parts = { deep: deep !== null, pairs: lowRank?.pairs ?? [] };
    const key = JSON.stringify(parts);
    const known = this.#sessions.get(key);
    if (known) return known;
    const options = { provider: this.provider, weightsFolder: this.encoder.folder };
    const opening = Session.open(questionGraph(this.encoder, parts), options);
    this.#sessions.set(key, opening);
    opening.catch(() => this.#sessions.delete(key)); // tried again next time
    return opening;
  }

  #feeds(state: QuestionState, from: number, to: number): Record<string, Tensor> {
    const { hidden_size: hidden, num_hidden_layers: layers } = this.encoder.config;
    const whole = state.question;
    const part = labelsOf(whole, from, to);
    const places = part.ids.length;
    const template = whole.templateTokens * hidden;
    const start = (whole.labels[from]?.start ?? 0) * hidden;
    /** Of a matrix [Q, hidden] the template's rows and those of the portion. */
    const rowsOf = (matrix: Float32Array) => {
      const rows = new Float32Array(places * hidden);
      rows.set(matrix.subarray(0, template));
      rows.set(matrix.subarray(start, start + rows.length - template), template);
      return rows;
    };
    const { deep, lowRank } = state;
    const size = whole.ids.length * hidden;
    const deepRows =
      deep &&
      Array.from({ length: layers }, (_, n) => [
        ...rowsOf(deep.subarray(n * size, (n + 1) * size)),
      ]).flat();
    return {
      tokens: floats(rowsOf(state.tokens), [places, hidden]),
      ...(deepRows && { deep: floats(Float32Array.from(deepRows), [layers, places, hidden]) }),
      ...(lowRank && { lowRank: floats(lowRank.parameters, [lowRank.parameters.length]) }),
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
