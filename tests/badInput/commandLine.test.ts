// Mistakes on the command line: exit code 1, one sentence on stderr that names the thing and says what
// to do, nothing on stdout, no file written, and no training begun.
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StudioError } from '../../src/shared/errors';
import type { TrainRequest } from '../../src/shared/events';
import { runCommand, temporaryFolder } from '../terminal';
import { wordEngine } from '../wordEngine';

let place: ReturnType<typeof temporaryFolder>;
let requests: TrainRequest[];
beforeEach(() => {
  place = temporaryFolder();
  requests = [];
});
afterEach(() => place.remove());

const file = (name: string) => path.join(place.folder, name);
const good = 'text,label\na b,x\nc d,x\ne f,y\ng h,y\n';

/** Runs with `words`, in which `@name` is a path in the test's folder; expects a refusal. */
async function refusal(words: string[], engine = wordEngine(file('data'), requests)) {
  const before = readdirSync(place.folder).sort();
  const paths = words.map((word) => word.replace(/^@/, `${place.folder}/`));
  const { code, out, err } = await runCommand(paths, engine, file('data'));
  expect([code, out]).toEqual([1, '']);
  expect(readdirSync(place.folder).filter((name) => name !== 'data')).toEqual(before);
  const lines = err.trimEnd().split('\n');
  const last = lines.at(-1) ?? '';
  expect(last).toMatch(/^handful: .*[.?]$/);
  expect(last).not.toMatch(/StudioError|undefined|\bat .*\.ts/);
  return last.replace('handful: ', '').replaceAll(`${place.folder}/`, '@');
}

const train = (...more: string[]) => [
  ...['train', '--table', '@t.csv', '--text', 'text', '--label', 'label'],
  ...(more.includes('--out') ? [] : ['--out', '@b.zip']),
  ...more,
];

describe('words that make no command', () => {
  it.each([
    [['trian'], 'There is no command "trian". Did you mean "train"? See "handful --help".'],
    [['dance'], 'There is no command "dance". See "handful --help".'],
    [['train'], '"handful train" needs --table. See "handful train --help".'],
    [
      ['train', '--table', 'x', '--label', 'y'],
      '"handful train" needs --out. See "handful train --help".',
    ],
    [
      train('--lable', 'x'),
      'There is no option --lable. Did you mean --label? See "handful train --help".',
    ],
    [['open', '--colour'], 'There is no option --colour. See "handful open --help".'],
    [
      ['train', '--table'],
      'The option --table needs a value; write --table=VALUE if the value begins with a dash. See "handful train --help".',
    ],
    [
      ['train', '--table', '--text', 'x'],
      'The option --table needs a value; write --table=VALUE if the value begins with a dash. See "handful train --help".',
    ],
    [train('--json=yes'), 'The option --json takes no value. See "handful train --help".'],
    [
      train('extra'),
      '"extra" belongs to no option; put a value with spaces in quotation marks. See "handful train --help".',
    ],
    [train('--template', ''), 'The option --template is empty. Give it a value.'],
    [
      train('--seed', 'abc'),
      'The option --seed takes a whole number from 0 to 4294967295, not "abc".',
    ],
    [
      ['open', '--port', '70000'],
      'The option --port takes a whole number from 0 to 65535, not "70000".',
    ],
    [
      train('--names', 'x'),
      '"x" in --names is not of the form value=words, as in --names "positive=great,negative=terrible".',
    ],
    [train('--names', 'x=a,x=b'), 'The option --names names "x" twice.'],
    [
      ['zero', '--table', '@t.csv', '--out', '@p.csv'],
      '"handful zero" needs --labels. See "handful zero --help".',
    ],
    [
      ['zero', '--table', '@t.csv', '--labels', 'a,,b', '--out', '@p.csv'],
      'The option --labels has an empty part: "".',
    ],
  ])('%j', async (words, sentence) => {
    expect(await refusal(words)).toBe(sentence);
  });
});

describe('a table that will not do', () => {
  it.each([
    ['is not there', null, train(), /^There is no file "@t\.csv"\. Check its name and folder\.$/],
    ['is empty', '', train(), /^"t\.csv" is empty \(0 bytes\)/],
    ['is a picture', '\x89PNG\r\n', train(), /^"t\.csv" is/],
    [
      'has no such column for texts',
      good,
      train('--text', 'tekst'),
      /^"t\.csv" has no column "tekst"\. It has the columns "text", "label"\. Did you mean "text"\?$/,
    ],
    ['has no such column for labels', good, train('--label', 'class'), /has no column "class"/],
    ['texts and labels in one column', good, train('--label', 'text'), /come from the same column/],
    ['has one label', 'text,label\na b,x\nc d,x\n', train(), /^There is only one label, "x"\./],
    [
      'has a label with one text',
      'text,label\na b,x\nc d,x\ne f,y\n',
      train(),
      /^The label "y" has only 1 text and at least 2 are needed\./,
    ],
    [
      'has the same text throughout',
      'text,label\na b,x\na b,x\na b,y\na b,y\n',
      train(),
      /^All 4 labelled texts are the same/,
    ],
    ['has no labelled row', 'text,label\na b,\nc d,\n', train(), /^There is no label yet/],
    [
      'has 2,000 labels',
      'text,label\n' + Array.from({ length: 4000 }, (_, i) => `text ${i},l${i >> 1}\n`).join(''),
      train(),
      /^There are 2,000 labels and a task may have 1,000/,
    ],
    [
      'has no value of that name',
      good,
      train('--names', 'z=great'),
      /^--names speaks of "z", but column "label" of "t\.csv" has no such value\./,
    ],
    ['encoding unknown', good, train('--encoding', 'klingon'), /^"klingon" is not a text encoding/],
    [
      'encoder unknown',
      good,
      train('--encoder', 'huge'),
      /^There is no encoder "huge"\. Installed: "words"\.$/,
    ],
    ['test table missing', good, train('--test', '@u.csv'), /^There is no file "@u\.csv"/],
    [
      'zero-shot labels twice',
      good,
      ['zero', '--table', '@t.csv', '--labels', 'a,A', '--out', '@p.csv'],
      /^Two labels are called "A"/,
    ],
    [
      'column of texts is empty',
      'text,label\n,x\n,y\n',
      ['zero', '--table', '@t.csv', '--text', 'text', '--labels', 'a,b', '--out', '@p.csv'],
      /^Column "text" of "t\.csv" is empty/,
    ],
    [
      'no column of texts',
      'id,price\n1,2.5\n2,3.5\n',
      ['zero', '--table', '@t.csv', '--labels', 'a,b', '--out', '@p.csv'],
      /^"t\.csv" has no column with texts; it has the columns "id", "price"/,
    ],
  ])('%s', async (_, content, words, sentence) => {
    if (content !== null) writeFileSync(file('t.csv'), content);
    expect(await refusal(words)).toMatch(sentence);
    expect(requests).toEqual([]);
  });

  it('a folder', async () => {
    mkdirSync(file('t.csv'));
    expect(await refusal(train())).toBe('"@t.csv" is a folder, not a table. Name a file in it.');
  });

  it('a name that is nearly right', async () => {
    writeFileSync(file('T.csv'), good);
    expect(await refusal(train())).toBe('There is no file "@t.csv". Did you mean "@T.csv"?');
  });

  it('a test table with other labels', async () => {
    writeFileSync(file('t.csv'), good);
    writeFileSync(file('u.csv'), 'text,label\na b,1\nc d,2\n');
    expect(await refusal(train('--test', '@u.csv'))).toMatch(
      /^"u\.csv" has none of the labels that are learned: it says "1", for instance\./,
    );
  });

  it('a bundle that is no bundle', async () => {
    writeFileSync(file('t.csv'), good);
    const predict = ['predict', '--table', '@t.csv', '--out', '@p.csv', '--bundle'];
    expect(await refusal([...predict, '@b.zip'])).toMatch(/^There is no file "@b\.zip"/);
    expect(await refusal([...predict, '@t.csv'])).toBe('"t.csv" is no classifier.');
  });
});

describe('a place that cannot be written to, found before any work', () => {
  beforeEach(() => writeFileSync(file('t.csv'), good));

  it.each([
    [
      '@no/b.zip',
      'The folder "@no" of --out does not exist. Make it first, or name another folder.',
    ],
    ['@folder', '--out "@folder" is a folder. Name a file in it.'],
    ['@t.csv', '--out would replace "@t.csv", which is read from. Name another file.'],
    [
      '@t.csv/b.zip',
      'The folder "@t.csv" of --out does not exist. Make it first, or name another folder.',
    ],
  ])('%s', async (out, sentence) => {
    mkdirSync(file('folder'));
    expect(await refusal(train('--out', out))).toBe(sentence);
    expect(requests).toEqual([]);
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('no permission', async () => {
    mkdirSync(file('folder'));
    chmodSync(file('folder'), 0o500);
    expect(await refusal(train('--out', '@folder/b.zip'))).toMatch(
      /^Handful may not read or write "@folder\/b\.zip"/,
    );
  });

  it.skipIf(process.platform !== 'linux')('a place that takes no files', async () => {
    expect(await refusal(train('--out', '/proc/b.zip'))).toMatch(
      /^No file can be made in "\/proc"/,
    );
    expect(requests).toEqual([]);
  });

  it('predictions under the name of a workbook', async () => {
    const words = ['zero', '--table', '@t.csv', '--labels', 'a,b', '--out', '@p.xlsx'];
    expect(await refusal(words)).toBe(
      'Predictions are written as CSV. Name a file that ends in .csv instead of "@p.xlsx".',
    );
  });
});

describe('an engine that fails', () => {
  const zero = ['zero', '--table', '@t.csv', '--labels', 'a,b', '--out', '@p.csv'];
  beforeEach(() => writeFileSync(file('t.csv'), good));

  it.each(['disk-full', 'engine-died', 'encoder-damaged'] as const)('%s', async (code) => {
    const engine = wordEngine(file('data'), requests);
    const failing = new StudioError(code, 'This is what went wrong.');
    const broken = {
      ...engine,
      classifiers: { ...engine.classifiers, export: () => Promise.reject(failing) },
      predictions: {
        async *run(...[request, signal]: Parameters<typeof engine.predictions.run>) {
          for await (const batch of engine.predictions.run(request, signal)) {
            yield batch;
            throw failing;
          }
        },
      },
    };
    expect(await refusal(train(), broken)).toBe('This is what went wrong.');
    expect(await refusal(zero, broken)).toBe('This is what went wrong.');
  });

  it('keeps the file that was there before', async () => {
    writeFileSync(file('p.csv'), 'precious');
    const engine = wordEngine(file('data'));
    const broken = {
      ...engine,
      predictions: {
        async *run() {
          await Promise.resolve();
          yield [{ id: '3', confidence: [1, 0] }];
        },
      },
    };
    expect(await refusal(zero, broken)).toMatch(/out of its turn/);
  });
});
