// A handful of labels per class: Handful's command line against SetFit's on the same splits, accuracy and
// seconds, each from the start of its process to a classifier on the disk. Both start from
// all-MiniLM-L6-v2; ours has been taught entailment since. A command of ours takes so little time that
// the machine's moods show: it is run several times, half of them after SetFit, and the median counts.
//   npm run bench:setfit -- --data DIR [--tasks trec,subj] [--seeds N] [--per-class N] [--quick]
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import * as v from 'valibot';
import { threads } from '../src/main/engine/runtime/session';
import { benchmark, median, print, printTable } from './benchmark';
import { PythonSide } from './pythonSide';
import { questions } from './questions';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    tasks: { type: 'string', default: 'trec,subj' },
    seeds: { type: 'string' },
    'per-class': { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});
const perClass = Number(options['per-class'] ?? (options.quick ? 4 : 16));
const seeds = Number(options.seeds ?? (options.quick ? 1 : 2));
const testRows = options.quick ? 200 : 1000;
/** How often ours is trained before SetFit, and after it. */
const rounds = 2;

const columns = ['--text', 'text', '--label', 'label'];

interface Outcome {
  readonly accuracy: number;
  /** The whole command. */
  readonly trainSeconds: number;
  /** Of these, from the encoder's files to a classifier in memory. */
  readonly learnSeconds: number;
  readonly predictSeconds: number;
}

interface Split {
  readonly task: string;
  readonly seed: number;
  /** Files with "text" and "label" in each line. */
  readonly train: string;
  readonly test: string;
}

/** A command of Handful, on the processor as its rival; its result, and seconds from start to end. */
async function handful<S extends v.GenericSchema>(folder: string, args: string[], result: S) {
  const command = ['scripts/handful.mjs', ...args, '--json'];
  const start = performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, command, {
    env: { ...process.env, HANDFUL_DATA: path.join(folder, 'data'), HANDFUL_PROVIDER: 'cpu' },
    maxBuffer: 64 * 2 ** 20,
  });
  const seconds = (performance.now() - start) / 1000;
  return { seconds, result: v.parse(result, JSON.parse(stdout)) };
}

/** One training, whose classifier stays in `folder`. */
function learn(folder: string, { task, seed, train }: Split) {
  const { template, names } = questions[task] ?? {};
  return handful(
    folder,
    [
      ...['train', '--table', train, ...columns, '--seed', `${seed}`],
      ...['--out', path.join(folder, 'bundle.zip')],
      ...(template === undefined ? [] : ['--template', template]),
      ...(names === undefined ? [] : ['--names', names]),
    ],
    v.object({ seconds: v.object({ command: v.object({ training: v.number() }) }) }),
  );
}

async function ours(
  folder: string,
  split: Split,
  meanwhile: () => Promise<void>,
): Promise<Outcome> {
  const runs: Awaited<ReturnType<typeof learn>>[] = [];
  for (let n = 0; n < rounds; n++) runs.push(await learn(folder, split));
  await meanwhile();
  for (let n = 0; n < rounds; n++) runs.push(await learn(folder, split));
  const judging = await handful(
    folder,
    [
      ...['predict', '--bundle', path.join(folder, 'bundle.zip'), '--table', split.test],
      ...[...columns, '--out', path.join(folder, 'predictions.csv')],
    ],
    v.object({ accuracy: v.object({ value: v.number() }) }),
  );
  return {
    accuracy: judging.result.accuracy.value,
    trainSeconds: median(runs.map(({ seconds }) => seconds)),
    learnSeconds: median(runs.map(({ result }) => result.seconds.command.training)),
    predictSeconds: judging.seconds,
  };
}

/** A process of its own, as ours has one. */
async function theirs(python: PythonSide, folder: string, split: Split): Promise<Outcome> {
  const start = performance.now();
  const command = python.another();
  const { learnSeconds } = await command.ask(
    { fit: split.train, seed: split.seed, out: path.join(folder, 'setfit'), threads: threads() },
    v.object({ learnSeconds: v.number() }),
  );
  const trainSeconds = (performance.now() - start) / 1000;
  const judged = await command.ask(
    { predict: split.test },
    v.object({ accuracy: v.number(), predictSeconds: v.number() }),
  );
  await command.close();
  return { ...judged, trainSeconds, learnSeconds };
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

function row(name: string, ours: readonly Outcome[], theirs: readonly Outcome[]): string[] {
  const both = (of: (outcome: Outcome) => number, digits: number) =>
    [ours, theirs].map((side) => mean(side.map(of)).toFixed(digits));
  return [
    name,
    ...both(({ accuracy }) => accuracy, 3),
    ...both(({ trainSeconds }) => trainSeconds, 1),
    ...both(({ learnSeconds }) => learnSeconds, 1),
    ...both(({ predictSeconds }) => predictSeconds, 1),
  ];
}

await benchmark(async () => {
  const { data } = options;
  if (!Number.isInteger(seeds) || seeds < 1)
    throw new Error(`--seeds is how many splits to draw, 1 or more, not "${options.seeds ?? ''}".`);
  if (data === undefined)
    throw new Error(
      'Name a folder with TASK.train.jsonl.gz and TASK.test.jsonl.gz after --data; each line is an object with "text" and "label".',
    );
  const python = await PythonSide.start('setfit_side.py', threads());
  const folder = await mkdtemp(path.join(os.tmpdir(), 'handful-bench-'));
  const all: { ours: Outcome[]; theirs: Outcome[] } = { ours: [], theirs: [] };
  const rows: string[][] = [];
  try {
    await promisify(execFile)(process.execPath, ['scripts/handful.mjs', '--version']); // builds it
    for (const task of options.tasks.split(','))
      for (let seed = 0; seed < seeds; seed++) {
        const [train, test] = [path.join(folder, 'train.jsonl'), path.join(folder, 'test.jsonl')];
        const split = { task, seed, train, test };
        const sizes = await python.ask(
          { ...split, data, perClass, testRows },
          v.object({ train: v.number(), test: v.number() }),
        );
        all.ours.push(
          await ours(folder, split, async () => {
            all.theirs.push(await theirs(python, folder, split));
          }),
        );
        const name = `${task}, seed ${seed}, ${sizes.train} texts`;
        rows.push(row(name, all.ours.slice(-1), all.theirs.slice(-1)));
      }
  } finally {
    await python.close();
    await rm(folder, { recursive: true, force: true });
  }
  print(
    `${perClass} texts per class; ours the median of ${2 * rounds} commands; train: the whole command, a file at its end; learn: from the encoder's files to a classifier in memory; predict: ours the whole command, SetFit's in memory`,
  );
  printTable([
    ['', 'accuracy', 'SetFit', 'train s', 'SetFit', 'learn s', 'SetFit', 'predict s', 'SetFit'],
    ...rows,
    row('mean', all.ours, all.theirs),
  ]);
  const ratio = (seconds: (outcome: Outcome) => number) =>
    mean(all.theirs.map(seconds)) / mean(all.ours.map(seconds));
  print(`learning alone: ${ratio(({ learnSeconds }) => learnSeconds).toFixed(2)}`);
  return {
    ratio: ratio(({ trainSeconds }) => trainSeconds),
    of: 'seconds of a training command, SetFit / Handful, mean of all splits',
  };
});
