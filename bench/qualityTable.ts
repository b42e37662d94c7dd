// The quality table as Markdown.
import type { Cell } from './qualityResults';
import { hasHonestSeconds } from './qualityResults';
import type { QualityRow } from './qualityRows';
import type { QualityTask } from './qualityTasks';
import {
  cellsOf,
  honestSeconds,
  mean,
  overSeeds,
  overTasks,
  shareOf,
  type Mean,
  type Measure,
} from './qualitySummary';

export interface TableContents {
  readonly cells: readonly Cell[];
  readonly rows: readonly QualityRow[];
  /** Tasks that are averaged, and those that stand alone. */
  readonly mainTasks: readonly QualityTask[];
  readonly otherTasks: readonly QualityTask[];
  readonly shots: readonly number[];
}

const measures: readonly (readonly [Measure, string])[] = [
  ['accuracy', 'Accuracy'],
  ['macroF1', 'Macro-F1'],
  ['calibrationError', 'Expected calibration error'],
];

/** Nothing is shown of rows and tasks without a cell. */
export function qualityTable(contents: TableContents): string {
  const { mainTasks, otherTasks, shots } = contents;
  const sections = [
    '# Quality table',
    'Made by `npm run bench:quality`; do not edit. Mean ± standard deviation over seeds. Where fewer seeds have been measured than for other rows, their number stands in brackets. An average is given once a seed has been measured on all tasks.',
    ...[...shots].sort((a, b) => b - a).flatMap((own) => section(contents, mainTasks, own, true)),
    ...[...shots].sort((a, b) => b - a).flatMap((own) => section(contents, otherTasks, own, false)),
    notes(contents),
  ];
  return `${sections.join('\n\n')}\n`;
}

function section(
  { cells, rows }: TableContents,
  tasks: readonly QualityTask[],
  shots: number,
  averaged: boolean,
): string[] {
  const ids = new Set(tasks.map(({ id }) => id));
  const known = cells.filter((cell) => ids.has(cell.task));
  if (!known.some((cell) => cell.shots === shots)) return [];
  const shown = tasks.filter(({ id }) => known.some((cell) => cell.task === id));
  const title = `${shots} texts of each label`;
  const lines = rows.flatMap((row) => {
    const own = cellsOf(known, row.id, shots);
    return own.length > 0 ? [{ row, own }] : [];
  });
  const most = Math.max(...lines.flatMap(({ own }) => shown.map(({ id }) => countOf(own, id))));
  const tables = measures.map(([measure, name]) => {
    const header = ['', ...shown.map(heading), ...(averaged ? ['average'] : [])];
    const body = lines.map(({ row, own }) => {
      const seedsExpected = own.every((cell) => cell.shots === 0) ? 1 : most;
      const show = (found: Mean | null) => meanText(found, seedsExpected);
      const value = (cell: Cell) => cell[measure];
      const all = shown.map(({ id }) => id);
      return [
        row.title,
        ...all.map((id) => show(overSeeds(own, id, value))),
        ...(averaged ? [show(overTasks(own, all, value))] : []),
      ];
    });
    return `### ${name}\n\n${markdown([header, ...body])}`;
  });
  const costs = lines.map(({ row, own }) => [
    row.title,
    secondsText(honestSeconds(own)),
    percentText(mean(own.map(shareOf))),
  ]);
  return [
    `## ${title}${averaged ? '' : ': other kinds of task'}`,
    ...tables,
    `### Cost\n\n${markdown([['', 'seconds to train', 'share of parameters'], ...costs])}`,
  ];
}

const heading = ({ title, seen }: QualityTask): string => (seen ? `${title} †` : title);

const countOf = (cells: readonly Cell[], task: string): number =>
  cells.filter((cell) => cell.task === task).length;

function meanText(found: Mean | null, seedsExpected: number): string {
  if (!found) return '';
  const spread = found.count > 1 ? ` ± ${digits(found.spread)}` : '';
  const few = found.count < seedsExpected ? ` (${found.count})` : '';
  return `${digits(found.mean)}${spread}${few}`;
}

/** .812: no leading zero, which says nothing here. */
const digits = (value: number): string => value.toFixed(3).replace(/^0/, '');

const secondsText = (seconds: number | null): string =>
  seconds === null ? '–' : seconds.toFixed(1);

/** Three digits: 0.0123 %, 1.54 %, 100 %. */
export const percentText = (share: number): string =>
  share === 0 ? '0' : `${Number((100 * share).toPrecision(3))} %`;

function markdown(rows: readonly (readonly string[])[]): string {
  const [header = [], ...body] = rows;
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = header.map((_, i) => (i === 0 ? '---' : '---:'));
  return [header, rule, ...body].map(line).join('\n');
}

function notes({ cells, rows, otherTasks }: TableContents): string {
  const sentences = [
    'Accuracy is the share of texts answered exactly right; of several answers, all of them. Macro-F1 is the mean over labels (a "yes" and a "no" count as two). Expected calibration error: ten equal steps of the confidence shown (Guo et al. 2017).',
    "A peer learns every number of its network unless its row says otherwise; each starts from all-MiniLM-L6-v2. Handful's share counts what is stored.",
  ];
  if (cells.some((cell) => cell.shots > 0 && !hasHonestSeconds(cell)))
    sentences.push(
      'Seconds are from runs in full precision while nothing else ran; – where there was none.',
    );
  const seen = otherTasks.filter(({ id, seen }) => seen && cells.some((cell) => cell.task === id));
  if (seen.length > 0)
    sentences.push('† The encoder was taught with texts of this set, so this is no unseen task.');
  const settings = rows.flatMap(({ id, title, by }) =>
    by !== 'zero-shot' && 'settings' in by && cells.some(({ row }) => row === id)
      ? [`- ${title}: ${by.settings}.`]
      : [],
  );
  return ['## Notes', sentences.join(' '), settings.join('\n')].filter(Boolean).join('\n\n');
}
