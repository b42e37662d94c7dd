// `handful train`: labelled rows in, a classifier out. Everything that can be wrong with the request
// is found before the engine starts.
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { checkExamples } from '../../shared/checkExamples';
import { defaultTemplate } from '../../shared/defaultTemplate';
import type { Task } from '../../shared/domain';
import { StudioError } from '../../shared/errors';
import type { ExportReport, RunSummary, TrainEvent, TrainRequest } from '../../shared/events';
import { poolOf } from '../../shared/pool';
import { findColumn } from '../../shared/tables/columns';
import { counted, type Table } from '../../shared/tables/table';
import { copyWhole } from '../durableFiles';
import { chooseEncoder } from './chooseEncoder';
import { Progress, type CommandIo } from './commandIo';
import { accuracySentence, countAccuracy, type Accuracy } from './judge';
import { labelledTable, type LabelledTable } from './labelledTable';
import type { OpenEngine } from './openEngine';
import { checkOutput } from './outputFile';
import type { TrainArguments } from './parseCommandLine';
import { emptyTally, predictTexts } from './predictTexts';
import { chooseTextColumn, readTableFile } from './tableFile';

interface TestTable {
  table: Table;
  text: number;
  gold: number;
}

/** Trains, tests if asked to, and writes the bundle last, so that a bundle is there only if all went well. */
export async function trainCommand(
  given: TrainArguments,
  { engine, dataFolder }: OpenEngine,
  io: CommandIo,
): Promise<void> {
  const progress = new Progress(io);
  const clock = new Clock();
  await checkOutput(given.out, [given.table, ...(given.test === undefined ? [] : [given.test])]);
  const { task, examples, unlabelled, test } = await readTables(given, progress);
  checkExamples(task, examples);
  clock.lap('table');
  const request: TrainRequest = {
    runId: randomUUID(),
    encoder: await chooseEncoder(engine, given.encoder),
    task,
    examples,
    watch: [],
    pool: poolOf(unlabelled),
    seed: given.seed,
  };
  clock.lap('start');
  const summary = await train(engine.training.run(request, io.signal), progress);
  clock.lap('training');
  const tested = test ? await measure(engine, summary, test, progress, io) : null;
  if (tested) clock.lap('test');
  progress.phase('Packing the classifier and testing the package ...');
  const name = path.basename(given.out, path.extname(given.out));
  const report = await engine.classifiers.export({ runId: summary.runId, name });
  io.signal.throwIfAborted();
  await copyWhole(path.join(dataFolder, 'exports', summary.runId, report.fileName), given.out);
  clock.lap('package');
  progress.end();

  const accuracy = tested ?? crossValidated(summary);
  if (given.json) io.print(JSON.stringify(result(given, summary, report, accuracy, clock)));
  else for (const line of sentences(given, summary, report, accuracy, clock)) io.print(line);
}

async function readTables(
  given: TrainArguments,
  progress: Progress,
): Promise<LabelledTable & { test: TestTable | null }> {
  const table = await readTableFile(given.table, given.reading, progress);
  const text = chooseTextColumn(table, given.text, progress);
  const label = findColumn(table, given.label);
  if (text === label)
    throw new StudioError(
      'bad-request',
      `The texts and the labels would come from the same column, "${table.columns[text] ?? ''}". Name the column of the texts with --text.`,
    );
  const template = given.template ?? defaultTemplate;
  const labelled = labelledTable(table, { text, label, template, names: given.names }, progress);
  if (given.test === undefined) return { ...labelled, test: null };
  const other = await readTableFile(given.test, given.reading, progress);
  const test = {
    table: other,
    text: findColumn(other, table.columns[text] ?? ''),
    gold: findColumn(other, table.columns[label] ?? ''),
  };
  compareLabels(labelled.task, test, progress);
  return { ...labelled, test };
}

/** A test table with labels that are never learned would only look like a bad classifier. */
function compareLabels(task: Task, { table, gold }: TestTable, progress: Progress): void {
  const known = new Set(task.labels.map(({ id }) => id));
  const values = table.rows.map((row) => row[gold]?.trim() ?? '').filter((value) => value !== '');
  const strange = values.filter((value) => !known.has(value));
  if (strange.length === values.length)
    throw new StudioError(
      'bad-labels',
      `"${table.name}" has none of the labels that are learned${strange[0] === undefined ? '' : `: it says "${strange[0]}", for instance`}. Use the same names in both tables.`,
    );
  if (strange.length > 0)
    progress.note(
      `${table.name}: ${counted(strange.length, 'row')} with a label that is not learned, for instance "${strange[0] ?? ''}"; each counts as wrong.`,
    );
}

async function train(events: AsyncIterable<TrainEvent>, progress: Progress): Promise<RunSummary> {
  const phases = {
    reading: 'Reading the texts ...',
    learning: 'Learning ...',
    checking: 'Checking on texts not learned from ...',
    comparing: 'Comparing with the texts that have no label ...',
    keeping: 'Keeping what was learned ...',
  };
  let steps = 0;
  let summary: RunSummary | null = null;
  for await (const event of events)
    switch (event.type) {
      case 'started':
        steps = event.parts.reduce((sum, part) => sum + part.steps, 0);
        if (event.cutTexts.length > 0)
          progress.note(
            `${counted(event.cutTexts.length, 'text')} too long to be read whole; only the beginning counts.`,
          );
        break;
      case 'phase':
        progress.phase(phases[event.phase]);
        break;
      case 'step':
        progress.step(
          `Learning: step ${event.step} of ${steps}, loss ${event.loss.toFixed(3)}, ${Math.ceil(event.secondsLeft)} s left`,
        );
        break;
      case 'watch':
        break;
      case 'finished':
        summary = event.summary;
        break;
    }
  if (!summary) throw new StudioError('internal', 'Training ended without a result. Try again.');
  return summary;
}

async function measure(
  engine: OpenEngine['engine'],
  { runId, task }: RunSummary,
  test: TestTable,
  progress: Progress,
  io: CommandIo,
): Promise<Accuracy> {
  const tally = emptyTally();
  progress.phase(`Judging ${test.table.name} ...`);
  const questions = { ...test, task, classifier: { kind: 'trained' as const, runId } };
  const rows = predictTexts(engine, questions, tally, progress, io);
  while (!(await rows.next()).done);
  return countAccuracy(tally.correct, tally.compared);
}

function crossValidated({ crossValidation }: RunSummary): Accuracy | null {
  if (!crossValidation) return null;
  const { accuracy, correct, texts, low, high } = crossValidation;
  return { value: accuracy, on: 'cross-validation', correct, texts, low, high };
}

function result(
  given: TrainArguments,
  summary: RunSummary,
  report: ExportReport,
  accuracy: Accuracy | null,
  clock: Clock,
) {
  const { parts, ...parameters } = summary.parameters;
  return {
    accuracy,
    losses: summary.losses,
    parts: summary.parts,
    seconds: {
      ...Object.fromEntries(summary.seconds.map(({ phase, seconds }) => [phase, seconds])),
      command: clock.seconds,
    },
    parameters: {
      ...parameters,
      parts: Object.fromEntries(parts.map(({ part, numbers }) => [part, numbers])),
    },
    provider: summary.provider,
    encoder: summary.encoder,
    seed: summary.seed,
    template: summary.task.template,
    labels: summary.task.labels.map(({ name }) => name),
    recipe: summary.recipe,
    cutTexts: summary.cutTexts.length,
    bundle: {
      path: given.out,
      sizeBytes: report.sizeBytes,
      goldenTexts: report.goldenTexts,
      largestDifference: report.largestDifference,
    },
  };
}

function sentences(
  given: TrainArguments,
  { parameters, losses }: RunSummary,
  report: ExportReport,
  accuracy: Accuracy | null,
  clock: Clock,
): string[] {
  return [
    accuracy
      ? accuracySentence(accuracy)
      : 'Accuracy: unknown, since there are too few labels to judge by.',
    `Learned ${parameters.learned.toLocaleString('en-US')} numbers, ${(100 * parameters.share).toFixed(2)} % of the encoder, in ${counted(losses.length, 'step')}.`,
    `${given.out}: ${(report.sizeBytes / 1e6).toFixed(1)} MB, tested on ${counted(report.goldenTexts, 'text')}; ${(clock.seconds.total ?? 0).toFixed(1)} seconds in all.`,
  ];
}

/** Seconds by phase of the command itself. */
class Clock {
  readonly seconds: Record<string, number> = {};
  readonly #start = performance.now();
  #last = this.#start;

  lap(phase: string): void {
    const now = performance.now();
    this.seconds[phase] = (now - this.#last) / 1000;
    this.seconds.total = (now - this.#start) / 1000;
    this.#last = now;
  }
}
