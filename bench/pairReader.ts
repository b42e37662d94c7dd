// The classic way to ask about labels: for each one, text + template + label as one sequence through
// the whole encoder. The text is kept from looking at the question, as the encoder was taught, which
// saves no sums and makes the answers those of the shared-text layout.
import { attention, mergeHeads, splitHeads } from '../src/main/engine/encoders/attention';
import { bertGraph } from '../src/main/engine/encoders/bert';
import type { Encoder } from '../src/main/engine/encoders/encoder';
import { labelsOf, type Question } from '../src/main/engine/entailment/question';
import { entailmentScore } from '../src/main/engine/entailment/score';
import { lengthBatches } from '../src/main/engine/evaluation/batches';
import type { QuestionState } from '../src/main/engine/evaluation/questionState';
import { GraphBuilder } from '../src/main/engine/onnx/builder';
import type { Model, Value } from '../src/main/engine/onnx/model';
import { sumOf } from '../src/main/engine/onnx/shapes';
import { Session } from '../src/main/engine/runtime/session';
import { dataOf, floats, longs, type Tensor } from '../src/main/engine/runtime/tensor';
import { padBatch } from '../src/main/engine/tokenization/padBatch';
import type { TextRow } from '../src/main/engine/tokenization/textRow';

/**
 * Inputs: textIds [batch, text], questionIds [batch, question] int64; look [batch, 1, places, places]
 * with places = text + question: 0 where a place may look, -1e9 where not. Output: scores [batch, 1],
 * read at the last place.
 */
function pairGraph(encoder: Encoder): Model {
  const g = new GraphBuilder('pair layout');
  const graph = bertGraph(g, encoder);
  const textIds = g.input('textIds', 'int64', ['batch', 'text']);
  const questionIds = g.input('questionIds', 'int64', ['batch', 'question']);
  const places = sumOf(['text', 'question']);
  const look = g.input('look', 'float32', ['batch', 1, places, places]);
  const embed = (ids: Value, kind: 0 | 1) => graph.embed(graph.words(ids), g.rangeOf(ids, 1), kind);
  const last = g.integers([-1]);
  let x = g.concat([embed(textIds, 0), embed(questionIds, 1)], 1);
  for (let n = 0; n < graph.layers; n++) {
    const isLast = n === graph.layers - 1;
    const mask = isLast ? g.gather(look, last, 2) : look;
    const attend = (_n: number, q: Value, k: Value, v: Value) => {
      const [queries, keys, values] = [q, k, v].map((part) => splitHeads(g, part, graph.heads));
      if (!queries || !keys || !values) throw new Error('Three parts were split.');
      return mergeHeads(g, attention(g, queries, [{ keys, values, mask }]));
    };
    x = graph.layer(n, x, attend, isLast ? { queries: g.gather(x, last, 1) } : {});
  }
  const { weight, bias } = graph.head();
  return g.model({ scores: entailmentScore(g, g.add(g.matMul(x, g.swapLast(weight)), bias)) });
}

export class PairReader {
  private constructor(
    private readonly session: Session,
    private readonly encoder: Encoder,
  ) {}

  static async open(encoder: Encoder): Promise<PairReader> {
    const options = { provider: 'cpu', weightsFolder: encoder.folder } as const;
    return new PairReader(await Session.open(pairGraph(encoder), options), encoder);
  }

  /** Log-odds that each label is true of each text before any training: [texts, labels]. */
  async scores({ question }: QuestionState, rows: readonly TextRow[]): Promise<Float32Array> {
    const labels = question.labels.length;
    const scores = new Float32Array(rows.length * labels);
    for (const batch of lengthBatches(rows.map(({ kept }) => kept)))
      for (let k = 0; k < labels; k++) {
        const texts = batch.map((i) => rows[i]?.ids ?? []);
        const outputs = await this.session.run(this.#feeds(texts, labelsOf(question, k, k + 1)));
        const found = dataOf(outputs.scores);
        batch.forEach((i, b) => (scores[i * labels + k] = found[b] ?? Number.NaN));
      }
    return scores;
  }

  async release(): Promise<void> {
    await this.session.release();
  }

  #feeds(
    texts: readonly ArrayLike<number>[],
    { ids: asked, templateTokens }: Question,
  ): Record<string, Tensor> {
    const batch = texts.length;
    const { ids, width } = padBatch(texts, this.encoder.tokenizer.padId);
    const places = width + asked.length;
    const look = new Float32Array(batch * places * places).fill(-1e9);
    texts.forEach(({ length }, b) => {
      for (let row = 0; row < places; row++) {
        const at = (b * places + row) * places;
        look.fill(0, at, at + length);
        // Text looks at text; the template at the template, too; the label at all.
        const seen = row < width ? 0 : row < width + templateTokens ? templateTokens : asked.length;
        look.fill(0, at + width, at + width + seen);
      }
    });
    const questionIds = BigInt64Array.from(texts.flatMap(() => asked.map(BigInt)));
    return {
      textIds: longs(ids, [batch, width]),
      questionIds: longs(questionIds, [batch, asked.length]),
      look: floats(look, [batch, 1, places, places]),
    };
  }
}
