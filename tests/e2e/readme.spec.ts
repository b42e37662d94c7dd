// The commands that README.md prints do what it says, as printed.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';

const run = promisify(execFile);
const readme = await readFile('README.md', 'utf8');
const commands = [...readme.matchAll(/^```\n([^`]+)\n```$/gm)].flatMap((block) =>
  (block[1] ?? '').split('\n'),
);

/** Runs a printed `npm run handful` command; files that it writes go to `folder`. */
function runPrinted(command: string, folder: string) {
  const args = command.replace(/^npm run handful -- /, '').split(' ');
  const placed = args.map((arg) => (/^\w+\.(zip|csv)$/.test(arg) ? path.join(folder, arg) : arg));
  return run(process.execPath, ['scripts/handful.mjs', ...placed]);
}

test('the two commands are the ones that start and test it', async () => {
  expect(commands.slice(0, 2)).toEqual(['npm ci && npm start', 'npm ci && npm test']);
  expect(await readFile('.ci/run', 'utf8')).toContain('\nnpm ci && npm test\n');
});

test('the job without a screen trains on the sample table and labels it', async () => {
  test.setTimeout(300_000);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'handful-readme-'));
  const printed = commands.filter((command) => command.startsWith('npm run handful -- '));
  expect(printed.map((command) => command.split(' ')[4])).toEqual(['train', 'predict']);
  for (const command of printed) await runPrinted(command, folder);

  const rows = (await readFile(path.join(folder, 'predictions.csv'), 'utf8')).trim().split('\n');
  const table = await readFile('resources/samples/customer-messages.csv', 'utf8');
  expect(rows).toHaveLength(table.trim().split('\n').length);
  expect(rows[0]).toMatch(/label,confidence/);
});
