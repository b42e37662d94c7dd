// The options of bench/quality.ts.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { qualityRows, type QualityRow } from './qualityRows';
import { mainTasks, otherTasks, type DataFolders, type QualityTask } from './qualityTasks';

export interface QualityOptions {
  readonly data: DataFolders;
  readonly encoder: string;
  readonly rows: readonly QualityRow[];
  readonly tasks: readonly QualityTask[];
  readonly shots: readonly number[];
  readonly seeds: readonly number[];
  /** Two tasks, two seeds, few rows, all of them measured again. */
  readonly quick: boolean;
  /** Cells that are known are measured again. */
  readonly again: boolean;
  /** Nothing is measured: table and picture are made of what is known. */
  readonly draw: boolean;
  readonly fastMatmul: boolean;
  /** Of the peers; undefined: as many as the engine has. */
  readonly threads: number | undefined;
  /** For results, table and picture. */
  readonly folder: string;
}

const quickRows = ['zero-shot', 'linear', 'stacked', 'default'];
const quickTasks = ['sst2', 'trec'];

/** Throws a sentence about what cannot be understood. */
export function readOptions(args: readonly string[]): QualityOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      taught: { type: 'string' },
      encoder: { type: 'string', default: 'resources/encoders/handful-mini' },
      rows: { type: 'string' },
      tasks: { type: 'string' },
      shots: { type: 'string' },
      seeds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      again: { type: 'boolean', default: false },
      draw: { type: 'boolean', default: false },
      'fast-matmul': { type: 'boolean', default: false },
      threads: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const { quick, again, draw, encoder } = values;
  const tasks = values.data ?? process.env.HANDFUL_DATASETS ?? '';
  if (tasks === '' && !draw)
    throw new Error(
      'Name the folder with TASK.train.jsonl.gz and TASK.test.jsonl.gz after --data, or in the environment variable HANDFUL_DATASETS; each line is an object with "text" and "label". docs/quality/README.md says which tasks there are and where their texts come from.',
    );
  return {
    data: { tasks, taught: values.taught ?? path.join(tasks, '../entailment') },
    encoder,
    rows: choose('row', qualityRows, values.rows ?? (quick ? quickRows.join() : undefined)),
    tasks: choose(
      'task',
      [...mainTasks, ...otherTasks],
      values.tasks ?? (quick ? quickTasks : mainTasks.map(({ id }) => id)).join(),
    ),
    shots: numbers('shots', values.shots ?? (quick ? '16' : '16,8'), 1),
    seeds: numbers('seeds', values.seeds ?? (quick ? '0,1' : '0,1,2,3,4'), 0),
    ...{ quick, again, draw, fastMatmul: values['fast-matmul'] },
    threads: values.threads === undefined ? undefined : numbers('threads', values.threads, 1)[0],
    folder: values.out ?? (quick ? 'out/bench/quality' : 'docs/quality'),
  };
}

function choose<T extends { id: string }>(
  what: string,
  known: readonly T[],
  names: string | undefined,
): T[] {
  if (names === undefined) return [...known];
  return names.split(',').map((name) => {
    const found = known.find(({ id }) => id === name);
    if (found) return found;
    const all = known.map(({ id }) => id).join(', ');
    throw new Error(`There is no ${what} "${name}". There are: ${all}.`);
  });
}

function numbers(option: string, value: string, least: number): number[] {
  const found = value.split(',').map(Number);
  if (found.every((number) => Number.isInteger(number) && number >= least)) return found;
  throw new Error(`--${option} takes whole numbers from ${least} on, separated by commas.`);
}
