// Scoring with 77 labels: the shared-text layout (each text read once, then a short question about it)
// against one pass of the whole encoder per label, both by our own engine and with the same answers.
//   npm run bench:labels -- [--quick] [--rounds N] [--data DIR]     DIR/banking77.test.jsonl.gz
import { parseArgs } from 'node:util';
import { openEncoder } from '../src/main/engine/encoders/encoder';
import { layoutQuestion } from '../src/main/engine/entailment/question';
import { questionScores } from '../src/main/engine/evaluation/classify';
import { Readers } from '../src/main/engine/evaluation/readers';
import { startingState } from '../src/main/engine/evaluation/startingState';
import { textRows } from '../src/main/engine/tokenization/textRow';
import { benchmark, interleave, median, print, printTable, secondsOf } from './benchmark';
import { readLabelled } from './labelledData';
import { PairReader } from './pairReader';
import { madeUpLabels, sampleTexts } from './sampleTexts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    data: { type: 'string' },
  },
});
const rounds = Number(options.rounds ?? (options.quick ? 2 : 6));
const textsPerRound = options.quick ? 8 : 32;
const largestDifference = 1e-3;

async function textsAndLabels(): Promise<{ texts: string[]; labels: readonly string[] }> {
  if (options.data === undefined) return { texts: await sampleTexts(), labels: madeUpLabels };
  const rows = await readLabelled(options.data, 'banking77.test');
  const labels = [...new Set(rows.map(({ label }) => label))].sort();
  return { texts: rows.map(({ text }) => text), labels };
}

await benchmark(async () => {
  const { texts, labels } = await textsAndLabels();
  const encoder = await openEncoder('resources/encoders/handful-mini');
  const { tokenizer, info } = encoder;
  const named = labels.map((name) => ({ id: name, name }));
  const task = { kind: 'single', template: 'this text is about', labels: named } as const;
  const state = await startingState(encoder, await layoutQuestion(tokenizer, task));
  const readers = new Readers(encoder, 'cpu');
  const pairs = await PairReader.open(encoder);

  // Texts that no round has seen, so that none is remembered; the first few are for the check.
  const wanted = texts.slice(0, (rounds + 1) * textsPerRound);
  const rows = await textRows(tokenizer, wanted, info.maxTextTokens);
  const slice = (round: number) =>
    rows.slice((round + 1) * textsPerRound, (round + 2) * textsPerRound);
  const warm = rows.slice(0, 4);
  const [shared, perLabel] = [
    await questionScores(readers, state, warm),
    await pairs.scores(state, warm),
  ];
  const difference = shared.reduce(
    (largest, score, i) => Math.max(largest, Math.abs(score - (perLabel[i] ?? Number.NaN))),
    0,
  );
  if (!(difference < largestDifference))
    throw new Error(`The two ways disagree: a score differs by ${difference}.`);

  const places = state.question.ids.length;
  print(
    `${labels.length} labels (${places} tokens), ${textsPerRound} texts in each of ${rounds} rounds`,
  );
  print(`scores differ by at most ${difference.toExponential(1)}`);
  const kept: number[] = [];
  const seconds = await interleave(
    rounds,
    async (round) => {
      const first = await secondsOf(() => questionScores(readers, state, slice(round)));
      kept.push(await secondsOf(() => questionScores(readers, state, slice(round))));
      return first;
    },
    (round) => secondsOf(() => pairs.scores(state, slice(round))),
  );
  await readers.release();
  await pairs.release();
  const perSecond = (each: number) => (textsPerRound / each).toFixed(2);
  printTable([
    ['', 'texts a second'],
    ['shared-text layout, texts never seen', perSecond(seconds.ours)],
    ['shared-text layout, texts read before', perSecond(median(kept))],
    ['one pass per label', perSecond(seconds.theirs)],
  ]);
  const of = 'texts a second, never seen before, shared-text layout / one pass per label';
  return { ratio: seconds.theirs / seconds.ours, of };
});
