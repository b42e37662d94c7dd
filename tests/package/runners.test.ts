// The programs that travel with a bundle, started as a person starts them, in a folder that holds
// nothing but the unpacked bundle. Both must say what the app says, whatever the texts.
import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import papaparse from 'papaparse';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readBundle } from '../../src/main/engine/packaging/readBundle';
import { writeBundle } from '../../src/main/engine/packaging/writeBundle';
import { type TaskKind } from '../../src/shared/domain';
import { createEmptyHome } from '../emptyHome';
import {
  awkwardTexts,
  hugeTexts,
  labelNames,
  makeTinyClassifier,
  type TinyClassifier,
} from './tinyClassifier';

const kinds = ['single', 'multi', 'yes-no'] as const;
/** One kind is enough for texts of a million characters. */
const textsOf = (kind: TaskKind) =>
  kind === 'single' ? [...awkwardTexts, ...hugeTexts] : awkwardTexts;
const tolerance = 1e-4;

/** Python with the packages of requirements.txt; HANDFUL_PYTHON names one. */
const python = process.env.HANDFUL_PYTHON ?? 'python3';
const hasPython = (() => {
  try {
    execFileSync(python, ['-c', 'import numpy, onnxruntime, tokenizers'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

let folder: string;
const sources: Partial<Record<TaskKind, TinyClassifier>> = {};

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'handful-runners-'));
  for (const kind of kinds) {
    const source = await makeTinyClassifier(folder, kind, textsOf(kind));
    const zip = path.join(folder, `${kind}.zip`);
    await writeBundle(source, zip);
    for (const [name, bytes] of (await readBundle(zip)).files) {
      const file = path.join(folder, kind, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, bytes);
    }
    await symlink(path.resolve('node_modules'), path.join(folder, kind, 'run/node/node_modules'));
    sources[kind] = source;
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function start(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Outcome> {
  return new Promise((resolve) => {
    // Python's default encoding must not matter.
    const env = { ...environment, LC_ALL: 'C', PYTHONUTF8: '0', PYTHONIOENCODING: 'ascii' };
    const options = { env, encoding: 'utf8', maxBuffer: 2 ** 26 } as const;
    execFile(program, [...args], options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

const runners = [
  { name: 'Node', skipped: false, program: process.execPath, file: 'run/node/classify.mjs' },
  {
    name: hasPython ? 'Python' : `Python: skipped, "${python}" lacks onnxruntime and tokenizers`,
    skipped: !hasPython,
    program: python,
    file: 'run/python/classify.py',
  },
];

describe.each(runners)('$name', ({ skipped, program, file }) => {
  if (skipped) return it.skip('runs the bundle');
  let tables: string;
  const run = (kind: TaskKind, ...args: readonly string[]) =>
    start(program, [path.join(folder, kind, file), ...args]);

  beforeEach(async () => {
    tables = await mkdtemp(path.join(folder, 'tables-'));
  });

  async function write(name: string, content: string | Uint8Array): Promise<string> {
    const table = path.join(tables, name);
    await writeFile(table, content);
    return table;
  }

  /** The output is one row a text, in their order, with the numbers of the app. */
  async function expectAnswers(kind: TaskKind, csv: string, texts: readonly string[]) {
    const names = labelNames[kind];
    const parsed = papaparse.parse<string[]>(csv, { delimiter: ',' });
    const [header, ...rows] = parsed.data.filter((row) => row.length > 1);
    const columns = names.map((name) => (name === 'label' ? 'predicted label' : name));
    expect(header).toEqual(['label', 'confidence', ...columns]);
    expect(rows).toHaveLength(texts.length);
    for (const [i, text] of texts.entries()) {
      const expected = (await sources[kind]?.expected(text)) ?? [];
      const [label, sure, ...confidence] = rows[i] ?? [];
      confidence.forEach((value, k) =>
        expect(Math.abs(Number(value) - (expected[k] ?? NaN)), text.slice(0, 40)).toBeLessThan(
          tolerance,
        ),
      );
      const given = names.filter((_, k) =>
        kind === 'single' ? expected[k] === Math.max(...expected) : (expected[k] ?? 0) >= 0.5,
      );
      expect(label).toBe(given.join(';'));
      const most = Math.max(...expected);
      const answer = given.length > 0 ? most : 1 - most;
      expect(Math.abs(Number(sure) - answer)).toBeLessThan(tolerance);
    }
  }

  it('leaves nothing behind and reports to nobody', async () => {
    const home = await createEmptyHome();
    const args = [path.join(folder, 'single', file), '--golden'];
    const { code, stderr } = await start(program, args, home.environment);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(await home.find()).toEqual([]);
    await home.remove();
  });

  describe.each(kinds)('%s', (kind) => {
    it('agrees with the app on golden texts', async () => {
      const { code, stdout } = await run(kind, '--golden');
      expect(code).toBe(0);
      const [, texts, largest] = /^(\d+) texts, largest difference ([\d.]+)\s*$/.exec(stdout) ?? [];
      expect(Number(texts)).toBe(textsOf(kind).length);
      expect(Number(largest)).toBeLessThan(1e-6);
    });

    it('labels a jsonl file of awkward texts', async () => {
      const texts = awkwardTexts;
      const lines = texts.map((text, i) => JSON.stringify(i % 2 ? { body: text } : text));
      const out = path.join(tables, 'out.csv');
      const table = await write('t.jsonl', lines.join('\n'));
      const { code, stderr } = await run(kind, table, '--column', 'body', '--out', out);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      await expectAnswers(kind, await readFile(out, 'utf8'), texts);
      expect((await readdir(tables)).sort()).toEqual(['out.csv', 't.jsonl']);
    });
  });

  it('labels a csv with quotes, line breaks, blank lines and null bytes', async () => {
    const texts = awkwardTexts.filter((text) => Buffer.from(text).toString() === text);
    const csv = papaparse.unparse(
      [['id', ' Text '], ...texts.map((text, i) => [String(i), text])],
      { newline: '\r\n' },
    );
    const { stdout } = await run('single', await write('t.csv', `\ufeff${csv}\r\n\r\n`));
    await expectAnswers('single', stdout, texts);
  });

  it.each([
    ['t.csv', 'nr;message\n1;"parcel; lost"\n2;money', 'utf8'],
    ['t.CSV', 'nr,message\r1,"parcel; lost"\r2,money\r', 'utf8'],
    ['t.csv', '\ufeffnr\tmessage\n1\tparcel; lost\n2\tmoney\n', 'utf16le'],
    ['t.tsv', 'nr, or\tmessage\n1\t"parcel; lost"\n2\tmoney\n\n', 'utf8'],
    ['t.jsonl', '{"message":"parcel; lost"}\r\n\n{"nr":1,"message":"money"}', 'utf8'],
    ['t.txt', 'parcel; lost\r\nmoney', 'utf8'],
  ] as const)('finds the texts in %s: %j', async (name, content, encoding) => {
    const table = await write(name, Buffer.from(content, encoding));
    const { stdout } = await run('yes-no', table, '--column', 'message');
    await expectAnswers('yes-no', stdout, ['parcel; lost', 'money']);
  });

  it('keeps the order of a table of many windows', async () => {
    const texts = Array.from(
      { length: 3000 },
      (_, i) => `${'parcel money late '.repeat(i % 7)}${i}`,
    );
    const { stdout } = await run('multi', await write('t.txt', `${texts.join('\n')}\n`));
    await expectAnswers('multi', stdout, texts);
  });

  it('labels one text, and shows it where asked', async () => {
    const { stdout } = await run('yes-no', '--text', 'where, is my "parcel"?', '--with-text');
    expect(stdout).toMatch(
      /^text,label,confidence,complaint\n"where, is my ""parcel""\?",(complaint)?,0\.\d{6},0\.\d{6}\n$/,
    );
  });

  it('reads another encoding when told, and says when it was not', async () => {
    const table = await write('t.txt', Buffer.from('na\xefve parcel', 'latin1'));
    const { code, stderr } = await run('single', table);
    expect(code).toBe(1);
    expect(stderr).toContain('"t.txt" is not utf-8 text');
    expect((await run('single', table, '--encoding', 'windows-1252')).code).toBe(0);
    expect((await run('single', table, '--encoding', 'x-none')).stderr).toContain('"x-none"');
  });

  it.each([
    ['t.csv', 'a,b\n1,2', [], '--column: "a", "b"'],
    ['t.csv', 'a,b\n1,2', ['--column', 'c'], 'no column "c"; it has "a", "b"'],
    ['t.csv', '', [], '"t.csv" is empty'],
    ['t.xlsx', 'PK', [], '.csv, .tsv, .jsonl, .txt'],
    ['t.jsonl', '"a"\nb', [], 'Line 2 of "t.jsonl" is not JSON'],
    ['t.jsonl', '{"text":1}', [], 'Line 1 of "t.jsonl" has no text called "text"'],
    ['t.txt', 'a', ['--text', 'b'], 'a table, --text, --golden'],
    ['t.txt', 'a', ['--sum'], '--sum'],
  ] as const)('%s %j %j: a sentence', async (name, content, args, said) => {
    const out = path.join(tables, 'out.csv');
    const { code, stderr } = await run('single', await write(name, content), ...args, '--out', out);
    expect(code).not.toBe(0);
    expect(stderr).toContain(said);
    expect(stderr).not.toMatch(/Traceback|\n +at /);
    expect(await readdir(tables)).toEqual([name]);
  });

  it('names a table, a folder or a part of the bundle that is not there', async () => {
    expect((await run('single', path.join(tables, 'no.csv'))).stderr).toMatch(
      /no file ".*no\.csv"/,
    );
    const out = path.join(tables, 'none', 'out.csv');
    const blocked = await run('single', await write('t.txt', 'a'), '--out', out);
    expect(blocked.code).toBe(1);
    expect(blocked.stderr).toContain('out.csv');
    const alone = path.join(tables, path.dirname(file));
    await mkdir(alone, { recursive: true });
    await writeFile(path.join(tables, file), await readFile(path.join(folder, 'single', file)));
    await symlink(path.resolve('node_modules'), path.join(alone, 'node_modules'));
    const { code, stderr } = await start(program, [path.join(tables, file), '--text', 'a']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('"config.json" is not in') as string,
    });
  });

  it('says when it does not agree with the app', async () => {
    const golden = path.join(folder, 'single', 'golden.jsonl');
    const before = await readFile(golden, 'utf8');
    await writeFile(golden, '{"text":"parcel","confidence":[1,0,0]}\n');
    const { code, stdout } = await run('single', '--golden');
    await writeFile(golden, before);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^1 texts, largest difference 0\.[^0]/);
  });
});
