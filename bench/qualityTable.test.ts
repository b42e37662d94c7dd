import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { qualityPicture } from './qualityPicture';
import { Results, type Cell } from './qualityResults';
import { qualityRows } from './qualityRows';
import { scoresOf } from './qualityScores';
import { cellsOf, honestSeconds, overSeeds, overTasks } from './qualitySummary';
import { qualityTable } from './qualityTable';
import { mainTasks, otherTasks } from './qualityTasks';

const cell = (change: Partial<Cell>): Cell => ({
  ...{ row: 'default', task: 'sst2', shots: 16, seed: 0 },
  ...{ encoder: 'e', settings: 's' },
  ...{ accuracy: 0.8, macroF1: 0.7, calibrationError: 0.05 },
  ...{ seconds: 10, learned: 200, base: 10_000 },
  ...{ threads: 2, fastMatmul: false, others: 0 },
  ...change,
});
const accuracy = (own: Cell) => own.accuracy;

describe('bringing cells together', () => {
  const cells = [
    cell({ seed: 0, accuracy: 0.8 }),
    cell({ seed: 1, accuracy: 0.9 }),
    cell({ task: 'trec', seed: 0, accuracy: 0.6 }),
    cell({ row: 'zero-shot', shots: 0, accuracy: 0.5 }),
    cell({ shots: 8, accuracy: 0.1 }),
  ];
  const own = cellsOf(cells, 'default', 16);

  it('takes mean and spread over seeds', () => {
    const found = overSeeds(own, 'sst2', accuracy);
    expect(found?.mean).toBeCloseTo(0.85, 10);
    expect(found?.spread).toBeCloseTo(Math.sqrt(0.005), 10);
    expect(overSeeds(own, 'subj', accuracy)).toBeNull();
  });

  it('averages only seeds that have every task', () => {
    expect(overTasks(own, ['sst2', 'trec'], accuracy)).toMatchObject({ mean: 0.7, count: 1 });
    expect(overTasks(own, ['sst2', 'subj'], accuracy)).toBeNull();
  });

  it('lets what is known before training stand for any number of labels', () => {
    expect(cellsOf(cells, 'zero-shot', 16)).toHaveLength(1);
    expect(cellsOf(cells, 'zero-shot', 8)).toHaveLength(1);
  });

  it('counts no seconds of a busy computer or of rounded products', () => {
    const timed = [
      cell({ seconds: 10 }),
      cell({ seconds: 70, others: 1.5 }),
      cell({ seconds: 1, fastMatmul: true }),
    ];
    expect(honestSeconds(timed)).toBe(10);
    expect(honestSeconds(timed.slice(1))).toBeNull();
  });
});

describe('the table', () => {
  const contents = { rows: qualityRows, mainTasks, otherTasks, shots: [8, 16] };

  it('shows what is known and nothing else', () => {
    const cells = [
      ...mainTasks.flatMap(({ id }) => [
        cell({ task: id, seed: 0, accuracy: 0.8 }),
        cell({ task: id, seed: 1, accuracy: 0.82 }),
        cell({ row: 'zero-shot', task: id, shots: 0, accuracy: 0.5 }),
        cell({ row: 'setfit', task: id, fastMatmul: true, learned: 10_100 }),
      ]),
    ];
    const table = qualityTable({ cells, ...contents });
    const each = ' .810 ± .014 |';
    expect(table).toContain(`| **Handful** |${each.repeat(6)}`);
    expect(table).toContain(`| Handful before training |${' .500 |'.repeat(6)}`);
    expect(table).toContain(`| SetFit |${' .800 (1) |'.repeat(6)}`);
    expect(table).toContain('| SetFit | – | 101 % |');
    expect(table).toContain('| **Handful** | 10.0 | 2 % |');
    expect(table).not.toContain('8 texts of each label');
    expect(table).not.toContain('FastFit');
    expect(table).not.toContain('†');
  });

  it('marks what the encoder has been taught with', () => {
    const table = qualityTable({ cells: [cell({ task: 'clinc150', shots: 8 })], ...contents });
    expect(table).toContain('CLINC150, 150 labels † |');
    expect(table).toContain('## 8 texts of each label: other kinds of task');
  });
});

describe('the picture', () => {
  const point = (share: number, value: number, spread = Number.NaN) => ({
    share,
    accuracy: value,
    spread,
  });
  const svg = qualityPicture({
    title: 'Accuracy & cost',
    before: 0.55,
    series: [
      {
        title: '16 texts',
        colour: 'a',
        points: [point(1, 0.78), point(0.001, 0.7, 0.01), point(0.01, 0.8)],
        chosen: point(0.015, 0.81),
        others: [{ ...point(1, 0.77), name: 'SetFit' }],
      },
    ],
  });

  it('joins the points from left to right on a log scale', () => {
    const line = /points="([^"]+)"/.exec(svg)?.[1] ?? '';
    const places = line.split(' ').map((pair) => pair.split(',').map(Number));
    const [first = [], second = [], third = []] = places;
    expect(places).toHaveLength(3);
    const [x1 = 0, x2 = 0, x3 = 0] = [first[0], second[0], third[0]];
    // 0.1 % to 1 % is half as far as 1 % to 100 %.
    expect((x3 - x2) / (x2 - x1)).toBeCloseTo(2, 1);
    expect(second[1]).toBeLessThan(first[1] ?? 0); // better is higher
  });

  it('is well-formed and tells light from dark', () => {
    const opened = svg.match(/<(?!\/)(\w+)[^>]*[^/]>/g) ?? [];
    const closed = svg.match(/<\/\w+>/g) ?? [];
    expect(opened.length).toBe(closed.length);
    expect(svg).toContain('Accuracy &amp; cost');
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg).not.toContain('NaN');
    for (const tick of ['0.01 %', '0.1 %', '0.3 %', '1 %', '3 %', '100 %'])
      expect(svg).toContain(`>${tick}<`);
  });
});

describe('scores', () => {
  const labels = ['x', 'y'].map((id) => ({ id, name: id }));
  const text = (id: string, ...own: string[]) => ({ id, text: id, labels: own });

  it('of one answer', () => {
    const found = scoresOf(
      { kind: 'single', template: 't', labels },
      [text('1', 'x'), text('2', 'y'), text('3', 'y')],
      Float32Array.of(0.9, 0.1, 0.7, 0.3, 0.2, 0.8),
    );
    expect(found.accuracy).toBeCloseTo(2 / 3, 6);
    expect(found.macroF1).toBeCloseTo(2 / 3, 6);
    // Sure .9 and right, .7 and wrong, .8 and right.
    expect(found.calibrationError).toBeCloseTo((0.1 + 0.7 + 0.2) / 3, 5);
  });

  it('of several answers and of none', () => {
    const found = scoresOf(
      { kind: 'multi', template: 't', labels },
      [text('1', 'x', 'y'), text('2')],
      Float32Array.of(0.9, 0.6, 0.2, 0.6),
    );
    expect(found.accuracy).toBe(0.5);
    expect(found.macroF1).toBeCloseTo((1 + 2 / 3) / 2, 6);
  });

  it('of a yes and a no, both counted', () => {
    const found = scoresOf(
      { kind: 'yes-no', template: 't', labels: labels.slice(0, 1) },
      [text('1', 'x'), text('2'), text('3')],
      Float32Array.of(0.9, 0.6, 0.2),
    );
    expect(found.accuracy).toBeCloseTo(2 / 3, 6);
    expect(found.macroF1).toBeCloseTo(2 / 3, 6); // yes: 2/3, no: 2/3
  });
});

describe('the results file', () => {
  let folder = '';
  beforeEach(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'handful-results-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('keeps one cell for each place, a line each, in an order of its own', async () => {
    const file = path.join(folder, 'new/results.json');
    const results = await Results.open(file);
    await results.add(cell({ task: 'trec', accuracy: 0.123456 }));
    await results.add(cell({ task: 'ag_news' }));
    await results.add(cell({ task: 'trec', accuracy: 0.654321 }));
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toContain('ag_news');
    const again = await Results.open(file);
    await results.add(cell({ task: 'subj' }));
    await again.add(cell({ task: 'sst2' })); // two runs at a time lose nothing
    expect((await Results.open(file)).cells).toHaveLength(4);
    expect(again.find({ row: 'default', task: 'trec', shots: 16, seed: 0 })?.accuracy).toBe(0.6543);
    expect(again.find({ row: 'default', task: 'trec', shots: 8, seed: 0 })).toBeUndefined();
  });
});
