// `handful predict` and `handful zero`: a table in, the same table with labels out.
import path from 'node:path';
import { checkLabels } from '../../shared/checkExamples';
import { defaultTemplate } from '../../shared/defaultTemplate';
import { StudioError } from '../../shared/errors';
import { findColumn } from '../../shared/tables/columns';
import { counted } from '../../shared/tables/table';
import { chooseEncoder } from './chooseEncoder';
import { Progress, type CommandIo } from './commandIo';
import { accuracySentence, countAccuracy } from './judge';
import { singleTask } from './labelledTable';
import type { OpenEngine } from './openEngine';
import { checkOutput } from './outputFile';
import type { PredictArguments, ZeroArguments } from './parseCommandLine';
import { emptyTally, predictTexts, type Questions } from './predictTexts';
import { chooseTextColumn, fileSize, readTableFile } from './tableFile';
import { writePredictions } from './writePredictions';

/** Lets an exported classifier judge a table. */
export async function predictCommand(
  given: PredictArguments,
  { engine }: OpenEngine,
  io: CommandIo,
): Promise<void> {
  const progress = new Progress(io);
  await fileSize(given.bundle, 'classifier');
  await checkOutput(given.out, [given.table, given.bundle]);
  const columns = await readColumns(given, progress);
  progress.phase(`Opening ${path.basename(given.bundle)} ...`);
  const { runId, task } = await engine.classifiers.open({ path: path.resolve(given.bundle) });
  const classifier = { kind: 'trained' as const, runId };
  await judge({ ...columns, classifier, task }, given, engine, progress, io);
}

/** Judges a table by the names of the labels alone. */
export async function zeroCommand(
  given: ZeroArguments,
  { engine }: OpenEngine,
  io: CommandIo,
): Promise<void> {
  const progress = new Progress(io);
  const names = [...given.labels.keys()];
  const asked = singleTask(given.template ?? defaultTemplate, names, given.labels);
  const task = names.length === 1 ? { ...asked, kind: 'yes-no' as const } : asked;
  checkLabels(task);
  await checkOutput(given.out, [given.table]);
  const columns = await readColumns(given, progress);
  const encoder = await chooseEncoder(engine, given.encoder);
  const classifier = { kind: 'zero-shot' as const, encoder, task };
  await judge({ ...columns, classifier, task }, given, engine, progress, io);
}

type Given = PredictArguments | ZeroArguments;

async function readColumns(given: Given, progress: Progress) {
  if (/\.(xlsx?|json|jsonl)$/i.test(given.out))
    throw new StudioError(
      'bad-request',
      `Predictions are written as CSV. Name a file that ends in .csv instead of "${given.out}".`,
    );
  const table = await readTableFile(given.table, given.reading, progress);
  const text = chooseTextColumn(table, given.text, progress);
  const gold = given.label === undefined ? null : findColumn(table, given.label);
  return { table, text, gold };
}

async function judge(
  questions: Questions,
  given: Given,
  engine: OpenEngine['engine'],
  progress: Progress,
  io: CommandIo,
): Promise<void> {
  const { table, task } = questions;
  const tally = emptyTally();
  const start = performance.now();
  progress.phase(`Judging ${counted(table.rows.length, 'row')} ...`);
  const judged = predictTexts(engine, questions, tally, progress, io);
  await writePredictions(given.out, table.columns, task, judged);
  const seconds = (performance.now() - start) / 1000;
  progress.end();
  const accuracy = tally.compared > 0 ? countAccuracy(tally.correct, tally.compared) : null;
  if (given.json) {
    const { provider } = await engine.provider.current();
    io.print(
      JSON.stringify({
        accuracy,
        texts: tally.texts,
        cutTexts: tally.cut,
        labels: task.labels.map(({ name }) => name),
        seconds: { judging: seconds },
        provider,
        out: given.out,
      }),
    );
    return;
  }
  if (accuracy) io.print(accuracySentence(accuracy));
  io.print(
    `${given.out}: ${counted(tally.texts, 'text')} judged in ${seconds.toFixed(1)} seconds (${Math.round(tally.texts / seconds).toLocaleString('en-US')} a second).`,
  );
}
