// `npm test`: everything. Builds, checks format, lint and types, runs the unit tests, then the
// end-to-end tests in a real browser. A step that fails does not keep the others from running. The
// last line is `N passed, N failed, N skipped`; a step without tests of its own counts only when it
// fails.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { findBrowser } from './browserBinary.mjs';
import { build, root, run, runNode } from './repository.mjs';

const reports = path.join(root, 'test-results', 'reports');
const unitReport = path.join(reports, 'unit.json');
const endToEndReport = path.join(reports, 'endToEnd.json');

const total = { passed: 0, failed: 0, skipped: 0 };

function count({ passed, failed, skipped }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}

async function step(title, work) {
  console.log(`\n== ${title}`);
  const code = await work();
  if (code !== 0) console.log(`-- ${title}: failed`);
  return code;
}

/** A step that passes or fails as a whole. */
async function checked(title, work) {
  if ((await step(title, work)) !== 0) total.failed++;
}

/** A step whose tests are counted from its JSON report; without one, it failed as a whole. */
async function tested(title, report, work, read) {
  const code = await step(title, work);
  const counts = existsSync(report)
    ? read(JSON.parse(readFileSync(report, 'utf8')))
    : { passed: 0, failed: 0, skipped: 0 };
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  count(counts);
}

/** Finds a browser, and installs Debian's where that may be done. */
async function findOrInstallBrowser() {
  const found = findBrowser();
  if (found || process.env.HANDFUL_BROWSER) return found;
  const mayInstall = existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
  if (!mayInstall) return null;
  console.log('\n== Installing Chromium for the end-to-end tests');
  const options = { stdio: ['ignore', 'ignore', 'inherit'] };
  await run('apt-get', ['update', '-qq'], options);
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
    ...options,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return findBrowser();
}

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

await checked('Build', build);
await checked('Format', () => runNode('node_modules/prettier/bin/prettier.cjs', ['--check', '.']));
await checked('Lint', () => runNode('node_modules/eslint/bin/eslint.js', ['.']));
await checked('Types of the main process', () =>
  runNode('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.node.json']),
);
await checked('Types of the page', () =>
  runNode('node_modules/svelte-check/bin/svelte-check', [
    '--tsconfig',
    'tsconfig.web.json',
    '--fail-on-warnings',
  ]),
);
await tested(
  'Unit tests',
  unitReport,
  () =>
    runNode('node_modules/vitest/vitest.mjs', [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${unitReport}`,
    ]),
  (report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.testResults.filter(hasNotRun).length,
    skipped: report.numPendingTests + report.numTodoTests,
  }),
);

const browser = await findOrInstallBrowser();
if (browser) {
  await tested(
    'End-to-end tests',
    endToEndReport,
    () =>
      runNode('node_modules/@playwright/test/cli.js', ['test', '--reporter=list,json'], {
        env: {
          ...process.env,
          HANDFUL_BROWSER: browser,
          PLAYWRIGHT_JSON_OUTPUT_NAME: endToEndReport,
        },
      }),
    ({ stats }) => ({
      passed: stats.expected + stats.flaky,
      failed: stats.unexpected,
      skipped: stats.skipped,
    }),
  );
} else {
  console.log(
    '\nThe end-to-end tests need Chromium, Chrome or Edge: install one of them, or set HANDFUL_BROWSER to the path of its program, then run "npm test" again.',
  );
  total.failed++;
}

console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;

/** A file of tests that broke before its first test. */
function hasNotRun(file) {
  return file.status === 'failed' && file.assertionResults.length === 0;
}
