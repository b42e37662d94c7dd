// The quality table: Handful, its parts and its peers on the same splits, tasks by seeds by number of
// labels. Measured cells are kept, so it can be stopped and started again at any time.
//   npm run bench:quality -- --data DIR [--quick] [--rows default,setfit] [--tasks trec,subj]
//     [--shots 8,16] [--seeds 0,1] [--again] [--draw] [--fast-matmul] [--threads N]
// docs/quality/README.md says what the folder holds and what each option does.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { threads } from '../src/main/engine/runtime/session';
import { print } from './benchmark';
import { countOthers } from './qualityOthers';
import { readOptions, type QualityOptions } from './qualityOptions';
import { HandfulSide, encoderVersion, reading, type Outcome } from './qualityHandful';
import { Peers } from './qualityPeers';
import { drawTradeOff } from './qualityTradeOff';
import { Results, fingerprint, type Cell, type Place } from './qualityResults';
import { qualityRows, type QualityRow } from './qualityRows';
import { scoresOf } from './qualityScores';
import { drawSplit } from './qualitySplit';
import { qualityTable } from './qualityTable';
import { mainTasks, otherTasks, type QualityTask, type Rows } from './qualityTasks';

/** What a cell depends on beside its place. */
type Version = Pick<Cell, 'encoder' | 'settings'>;

function versionOf({ by }: QualityRow, ours: string): Version {
  if (by === 'zero-shot' || 'recipe' in by)
    return { encoder: ours, settings: fingerprint(JSON.stringify({ by, reading })) };
  const encoder = by.ourEncoder ? ours : 'all-MiniLM-L6-v2';
  return { encoder, settings: fingerprint(by.settings) };
}

const isOf = ({ encoder, settings }: Version, cell: Cell): boolean =>
  cell.encoder === encoder && cell.settings === settings;

interface Job {
  readonly place: Place;
  readonly row: QualityRow;
  readonly task: QualityTask;
}

/** Seeds outermost: whenever it is stopped, all rows have been measured about equally often. */
function jobsOf({ rows, tasks, shots, seeds }: QualityOptions): Job[] {
  const jobs = seeds.flatMap((seed) =>
    shots.flatMap((own) =>
      tasks.flatMap((task) =>
        rows
          .filter((row) => fits(row, task))
          .map((row): Job => {
            const untrained = row.by === 'zero-shot';
            const place = untrained ? { shots: 0, seed: 0 } : { shots: own, seed };
            return { row, task, place: { row: row.id, task: task.id, ...place } };
          }),
      ),
    ),
  );
  const first = new Map<string, Job>();
  for (const job of jobs) {
    const key = JSON.stringify(job.place);
    if (!first.has(key)) first.set(key, job);
  }
  return [...first.values()];
}

const fits = ({ by }: QualityRow, { kind }: QualityTask): boolean =>
  by === 'zero-shot' || !('kinds' in by) || by.kinds.includes(kind);

async function measure(options: QualityOptions, results: Results): Promise<string[]> {
  const handful = await HandfulSide.open(options.encoder);
  const peers = new Peers({ ...options, threads: options.threads ?? threads() });
  const rowsOf = new Map<string, Promise<Rows>>();
  const failed = new Map<string, string>();
  const isKnown = ({ row, place }: Job) => {
    const cell = results.find(place);
    return cell !== undefined && isOf(versionOf(row, handful.encoder), cell);
  };
  const run = async ({ row, task, place }: Job): Promise<Cell> => {
    const read = rowsOf.get(task.id) ?? task.read(options.data);
    rowsOf.set(task.id, read);
    const split = drawSplit(task, await read, Math.max(1, place.shots), place.seed);
    const others = countOthers(() => peers.cpuSeconds);
    const { by } = row;
    let outcome: Outcome;
    if (by === 'zero-shot') outcome = await handful.beforeTraining(split);
    else if ('recipe' in by) outcome = await handful.trained(by, split, place.seed);
    else outcome = await peers.trained(row.id, by, split, place.seed);
    const { confidence, seconds, learned, base } = outcome;
    return {
      ...place,
      ...versionOf(row, handful.encoder),
      ...scoresOf(split.task, split.test, confidence),
      ...{ seconds, learned, base },
      threads: options.threads ?? threads(),
      fastMatmul: options.fastMatmul && by !== 'zero-shot' && 'script' in by,
      others: others(),
    };
  };

  const jobs = jobsOf(options);
  const waiting = options.again ? jobs : jobs.filter((job) => !isKnown(job));
  print(`${jobs.length} cells, ${jobs.length - waiting.length} of them known`);
  try {
    for (const [i, job] of waiting.entries()) {
      const { row, task, place } = job;
      if (failed.has(row.id)) continue;
      const name = `${row.id}, ${task.id}, ${place.shots} texts of each label, seed ${place.seed}`;
      try {
        const cell = await run(job);
        await results.add(cell);
        print(
          `${i + 1}/${waiting.length}   ${name}: accuracy ${cell.accuracy.toFixed(3)}, ${cell.seconds.toFixed(1)} s`,
        );
      } catch (error) {
        if (row.by === 'zero-shot' || 'recipe' in row.by) throw error;
        failed.set(row.id, error instanceof Error ? error.message : String(error));
      }
    }
  } finally {
    await handful.close();
    await peers.close();
  }
  return [...failed].map(([id, why]) => `"${id}" was not measured: ${why}`);
}

/** Table and picture, of cells that are not out of date. */
async function write({ folder, encoder }: QualityOptions, results: Results): Promise<void> {
  await mkdir(folder, { recursive: true });
  const now = await encoderVersion(encoder);
  const versions = new Map(qualityRows.map((row) => [row.id, versionOf(row, now)]));
  const cells = results.cells.filter((cell) => {
    const version = versions.get(cell.row);
    return version !== undefined && isOf(version, cell);
  });
  const contents = { cells, rows: qualityRows, mainTasks, otherTasks, shots: [8, 16] };
  await writeFile(path.join(folder, 'table.md'), qualityTable(contents));
  const picture = drawTradeOff(cells);
  if (picture !== null) await writeFile(path.join(folder, 'trade-off.svg'), picture);
  print(`"${folder}" holds the table${picture === null ? '' : ' and the picture'}`);
}

try {
  const options = readOptions(process.argv.slice(2));
  const file = path.join(options.folder, 'results.json');
  if (options.quick) await rm(file, { force: true }); // it shows that the numbers come out again
  const results = await Results.open(file);
  const failed = options.draw ? [] : await measure(options, results);
  await write(options, results);
  for (const sentence of failed) process.stderr.write(`${sentence}\n`);
  process.exitCode = failed.length > 0 ? 1 : 0;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1); // a Python side that waits ends with us
}
