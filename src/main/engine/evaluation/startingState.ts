import type { Encoder } from '../encoders/encoder';
import { bertGraph } from '../encoders/bert';
import type { Question } from '../entailment/question';
import { GraphBuilder } from '../onnx/builder';
import { Session } from '../runtime/session';
import { dataOf, longs } from '../runtime/tensor';
import type { QuestionState } from './questionState';

/** What a task starts from, which is also its zero-shot state: the encoder's own word vectors and head. */
export async function startingState(encoder: Encoder, question: Question): Promise<QuestionState> {
  const g = new GraphBuilder('starting state');
  const graph = bertGraph(g, encoder);
  const { weight, bias } = graph.head();
  const words = graph.words(g.input('ids', 'int64', ['places']));
  const session = await Session.open(g.model({ words, weight, bias }), {
    provider: 'cpu', // rows of a table: nothing to compute
    weightsFolder: encoder.folder,
  });
  const ids = longs(BigInt64Array.from(question.ids.map(BigInt)), [question.ids.length]);
  const outputs = await session.run({ ids });
  await session.release();
  return {
    question,
    isTuned: false,
    tokens: dataOf(outputs.words),
    deep: null,
    lowRank: null,
    headWeight: dataOf(outputs.weight),
    headBias: dataOf(outputs.bias),
    bias: new Float32Array(question.labels.length),
    logScale: 0,
  };
}
