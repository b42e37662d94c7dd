// The question path against PyTorch (tests/golden/make_golden.py), and many labels asked in portions.
import { describe, expect, it, vi } from 'vitest';
import { goldStepNames, readGoldStep } from '../../../../tests/golden/golden';
import { goldState } from '../../../../tests/goldState';
import { relativeError } from '../../../../tests/relativeError';
import { toyEncoder } from '../../../../tests/toyEncoder';
import { bertGraph } from '../encoders/bert';
import { openEncoder, type Encoder } from '../encoders/encoder';
import { lowRankAdapter, lowRankVector } from '../encoders/lowRank';
import { memoryInputs } from '../encoders/memoryInputs';
import { closingRows, layoutQuestion, questionMask } from '../entailment/question';
import { questionPath } from '../entailment/questionPath';
import { GraphBuilder } from '../onnx/builder';
import { Session } from '../runtime/session';
import { dataOf } from '../runtime/tensor';
import { textRows } from '../tokenization/textRow';
import type { QuestionState } from './questionState';
import { Readers } from './readers';
import { startingState } from './startingState';
import { joinMemories } from './textMemory';

/** The question with all that it learned as constants, down to the three logits of each label. */
function logitsGraph(encoder: Encoder, state: QuestionState) {
  const g = new GraphBuilder('logits');
  const { question, deep, lowRank } = state;
  const places = question.ids.length;
  const { hidden_size: hidden, num_hidden_layers: layers } = encoder.config;
  const adapter =
    lowRank &&
    lowRankAdapter(
      g,
      lowRank.pairs,
      lowRankVector(lowRank.pairs).unpack(
        g,
        g.constant(lowRank.parameters, [lowRank.parameters.length]),
      ),
    );
  const logits = questionPath(g, bertGraph(g, encoder), {
    tokens: g.constant(state.tokens, [places, hidden]),
    positions: g.integers(question.positions),
    mask: g.constant(questionMask(question), [places, places]),
    closing: g.constant(closingRows(question), [question.labels.length, places]),
    memories: memoryInputs(g, encoder),
    ...(deep && { deep: g.constant(deep, [layers, places, hidden]) }),
    ...(adapter && { adapter }),
    head: {
      weight: g.constant(state.headWeight, [3, hidden]),
      bias: g.constant(state.headBias, [3]),
    },
  });
  return g.model({ logits });
}

async function readTexts(texts: readonly string[]) {
  const encoder = await openEncoder(toyEncoder);
  const readers = new Readers(encoder, 'cpu');
  const rows = await textRows(encoder.tokenizer, texts, encoder.info.maxTextTokens);
  const reader = await readers.texts();
  return { encoder, readers, memories: await reader.read(rows), shape: reader.shape };
}

describe.each(goldStepNames)('question %s', (name) => {
  it('has the recorded logits and scores', async () => {
    const gold = await readGoldStep(name);
    const { encoder, readers, memories, shape } = await readTexts(gold.texts);
    const state = await goldState(encoder, gold);

    const model = logitsGraph(encoder, state);
    const session = await Session.open(model, { provider: 'cpu', weightsFolder: encoder.folder });
    const { logits } = await session.run(joinMemories(memories, shape));
    await session.release();
    expect(logits?.dims).toEqual(gold.logits.shape);
    expect(relativeError(dataOf(logits), gold.logits.data)).toBeLessThan(1e-5);

    const scores = await (await readers.questions()).scores(state, memories);
    expect(relativeError(scores, gold.scores.data)).toBeLessThan(1e-5);
    await readers.release();
  });
});

it('gives 60 labels, asked in portions, the scores that they have in any smaller question', async () => {
  const { encoder, readers, memories } = await readTexts(['the parcel came late', 'why?', 'great']);
  const words = ['parcel', 'late', 'great', 'refund', 'slow', 'card', 'help', 'love'];
  const names = words.flatMap((one) => words.map((two) => `${one} ${two}`)).slice(0, 60);
  const stateOf = async (some: readonly string[]) => {
    const labels = some.map((label) => ({ id: label, name: label }));
    const task = { kind: 'single', template: 'this text is about', labels } as const;
    const state = await startingState(encoder, await layoutQuestion(encoder.tokenizer, task));
    return { ...state, bias: Float32Array.from(some, (label) => names.indexOf(label) / 10) };
  };
  const questions = await readers.questions();
  const all = await questions.scores(await stateOf(names), memories);
  for (const [from, to] of [
    [0, 3],
    [20, 44], // over the seam between two portions, and itself one whole
    [59, 60],
  ] as const) {
    const some = await questions.scores(await stateOf(names.slice(from, to)), memories);
    const wanted = memories.flatMap((_, text) => [
      ...all.subarray(text * 60 + from, text * 60 + to),
    ]);
    expect(relativeError(some, wanted)).toBeLessThan(1e-5);
  }
  await readers.release();
});

it('tries again after its session could not be opened', async () => {
  const { encoder, readers, memories } = await readTexts(['the parcel came late']);
  const labels = [{ id: 'parcel', name: 'parcel' }];
  const task = { kind: 'yes-no', template: 'this text is about', labels } as const;
  const state = await startingState(encoder, await layoutQuestion(encoder.tokenizer, task));
  const questions = await readers.questions();
  const open = vi.spyOn(Session, 'open').mockRejectedValueOnce(new Error('no memory'));
  await expect(questions.scores(state, memories)).rejects.toThrow('no memory');
  expect(await questions.scores(state, memories)).toHaveLength(1);
  open.mockRestore();
  await readers.release();
});
