import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand, temporaryFolder } from '../../../tests/terminal';
import { wordEngine } from '../../../tests/wordEngine';
import type { TrainRequest } from '../../shared/events';

let place: ReturnType<typeof temporaryFolder>;
let requests: TrainRequest[];
beforeEach(() => {
  place = temporaryFolder();
  requests = [];
});
afterEach(() => place.remove());

const file = (name: string) => path.join(place.folder, name);
const write = (name: string, content: string) => {
  writeFileSync(file(name), content);
  return file(name);
};
const read = (name: string) => readFileSync(file(name), 'utf8');
const run = (words: string[], options?: Parameters<typeof runCommand>[3]) =>
  runCommand(words, wordEngine(file('data'), requests), file('data'), options);

const reviews =
  'id,text,label\n1,a great film,good\n2,great fun for all,good\n3,an awful mess,bad\n4,awful from the start,bad\n5,no label here,\n';
const judged = 'text,truth\na great day,good\nan awful day,bad\nawful or great,good\n,good\n';
const trainWords = () => [
  ...['train', '--table', write('reviews.csv', reviews), '--text', 'text', '--label', 'label'],
  ...['--names', 'good=great,bad=awful', '--out', file('b.zip')],
];

describe('train', () => {
  it('asks for the labelled rows, in the words given for their labels', async () => {
    const { code, err } = await run([...trainWords(), '--seed', '7', '--template', 'it was']);
    expect(code).toBe(0);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      encoder: 'words',
      seed: 7,
      task: {
        kind: 'single',
        template: 'it was',
        labels: [
          { id: 'good', name: 'good', description: 'great' },
          { id: 'bad', name: 'bad', description: 'awful' },
        ],
      },
    });
    expect(requests[0]?.examples.map(({ text, labels }) => [text, ...labels])).toEqual([
      ['a great film', 'good'],
      ['great fun for all', 'good'],
      ['an awful mess', 'bad'],
      ['awful from the start', 'bad'],
    ]);
    expect(requests[0]?.pool.map(({ text }) => text)).toEqual(['no label here']);
    expect(err).toContain(
      'reviews.csv: 1 row without a label; some of their texts help the training.\n',
    );
    expect(err).not.toContain('\u001b');
  });

  it('leaves one file, the bundle', async () => {
    await run(trainWords());
    expect(readdirSync(place.folder).sort()).toEqual(['b.zip', 'data', 'reviews.csv']);
    expect(JSON.parse(read('b.zip'))).toMatchObject({ kind: 'single' });
  });

  it('prints three sentences', async () => {
    const { out } = await run(trainWords());
    expect(out.split('\n')).toEqual([
      'Accuracy: 75.0 % (3 of 4 labelled texts, each judged unseen; with that many, between 50.0 % and 100.0 %)',
      'Learned 41,000 numbers, 0.18 % of the encoder, in 3 steps.',
      expect.stringMatching(/b\.zip: 0\.0 MB, tested on 8 texts; \d+\.\d seconds in all\.$/),
      '',
    ]);
  });

  it('--json prints one object and nothing else', async () => {
    const { out } = await run([...trainWords(), '--json']);
    expect(JSON.parse(out)).toMatchObject({
      accuracy: { value: 0.75, on: 'cross-validation', correct: 3, texts: 4 },
      losses: [0.9, 0.5, 0.2],
      seconds: { learning: 1.5, command: { total: expect.any(Number) as number } },
      parameters: { learned: 41_000, base: 22_700_000, share: 41_000 / 22_700_000 },
      provider: 'cpu',
      labels: ['good', 'bad'],
      bundle: { path: file('b.zip'), goldenTexts: 8 },
    });
  });

  it('--test counts what is right in another table', async () => {
    const test = write('test.csv', judged.replace('truth', 'label'));
    const { out } = await run([...trainWords(), '--test', test, '--json']);
    // Where both words are found the first label wins, so that row is right too.
    expect(JSON.parse(out)).toMatchObject({
      accuracy: { value: 1, on: 'test', correct: 3, texts: 3 },
    });
  });

  it('a label of the test table that is not learned is told and counts as wrong', async () => {
    const test = write('test.csv', 'text,label\na great day,good\nso so,neutral\n');
    const { code, out, err } = await run([...trainWords(), '--test', test, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ accuracy: { correct: 1, texts: 2 } });
    expect(err).toContain('for instance "neutral"; each counts as wrong.');
  });

  it('writes over one line of a terminal', async () => {
    const { err } = await run(trainWords(), { isTerminal: true });
    expect(err).toContain('\r\u001b[KLearning: step 2 of 3, loss 0.500, 1 s left');
    expect(err.endsWith('\r\u001b[K')).toBe(true);
  });

  it('Ctrl+C leaves nothing', async () => {
    const { code, err } = await run(trainWords(), { signal: AbortSignal.abort() });
    expect([code, err.split('\n').at(-2)]).toEqual([1, 'handful: Stopped. Nothing was written.']);
    expect(existsSync(file('b.zip'))).toBe(false);
  });
});

describe('predict', () => {
  it('adds label, confidence and a column per label to the rows of the table', async () => {
    await run(trainWords());
    const table = write('new.csv', judged);
    const words = ['predict', '--bundle', file('b.zip'), '--table', table, '--out', file('p.csv')];
    const { code, out, err } = await run([...words, '--label', 'truth', '--text', 'text']);
    expect(code).toBe(0);
    expect(read('p.csv').split('\r\n')).toEqual([
      'text,truth,label,confidence,good,bad',
      'a great day,good,good,0.900000,0.900000,0.100000',
      'an awful day,bad,bad,0.900000,0.100000,0.900000',
      'awful or great,good,good,0.500000,0.500000,0.500000',
      ',good,,,,',
      '',
    ]);
    expect(out).toContain('Accuracy: 100.0 % (3 of 3 test texts;');
    expect(err).toContain('new.csv: 1 row without text get no label.');
  });

  it('keeps columns apart that would be called the same', async () => {
    await run(trainWords());
    const table = write('new.csv', 'label,good,text\nbad,1,a great day\ngood,2,an awful day\n');
    await run(['predict', '--bundle', file('b.zip'), '--table', table, '--out', file('p.csv')]);
    expect(read('p.csv').split('\r\n')[0]).toBe(
      'label,good,text,predicted label,confidence,predicted good,bad',
    );
  });
});

describe('zero', () => {
  const words = (labels: string) => [
    ...['zero', '--table', write('new.csv', judged), '--labels', labels],
    ...['--out', file('p.csv')],
  ];
  it('judges by the names of the labels, or by other words for them', async () => {
    const { code, out } = await run([
      ...words('good=great, bad=awful'),
      '--label',
      'truth',
      '--json',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      accuracy: { correct: 3, texts: 3 },
      labels: ['good', 'bad'],
      texts: 3,
      provider: 'cpu',
    });
  });

  it('one label is a yes-or-no question', async () => {
    const { out } = await run([...words('bad=awful'), '--label', 'truth']);
    expect(read('p.csv').split('\r\n').slice(0, 4)).toEqual([
      'text,truth,label,confidence,bad',
      'a great day,good,,0.900000,0.100000',
      'an awful day,bad,bad,0.900000,0.900000',
      'awful or great,good,bad,0.900000,0.900000',
    ]);
    expect(out).toContain('(2 of 3 test texts;');
  });
});

describe('open, help, version', () => {
  it.each([
    [['--version'], '1.2.3\n'],
    [['open'], 'open any true\n'],
    [['open', '--port', '8080', '--no-browser'], 'open 8080 false\n'],
  ])('%j', async (words, out) => {
    expect(await run(words)).toEqual({ code: 0, out, err: '' });
  });

  it.each([[[]], [['--help']], [['help']]])('%j prints all commands', async (words) => {
    const { code, out } = await run(words);
    expect(code).toBe(0);
    for (const name of ['train', 'predict', 'zero', 'open'])
      expect(out).toContain(`  handful ${name}`);
  });

  it.each([[['train', '--help']], [['help', 'train']], [['train', '--table', 'x', '-h']]])(
    '%j explains the command',
    async (words) => {
      const { code, out } = await run(words);
      expect(code).toBe(0);
      expect(out).toContain('--names V=W,...');
    },
  );
});
