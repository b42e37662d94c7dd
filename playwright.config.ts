// The same specs on both hosts: the browser host in an installed Chromium, Chrome or Edge, and the
// desktop app where Electron's binary is.
import { defineConfig } from '@playwright/test';
import type { HostOptions } from './tests/e2e/fixtures';

// The scripts are plain JavaScript, so what they export is said here.
interface Scripts {
  findElectron: () => string | null;
  whyNoWindow: () => string | null;
  findBrowser: () => string | null;
}
const load = (script: string) => import(new URL(script, import.meta.url).href) as Promise<Scripts>;
const { findElectron, whyNoWindow } = await load('./scripts/electron.mjs');
const { findBrowser } = await load('./scripts/browserBinary.mjs');

const noElectron = findElectron() ? whyNoWindow() : 'its binary is not installed';
if (noElectron && !process.env.TEST_WORKER_INDEX)
  console.log(`The desktop app is left out of the end-to-end tests: ${noElectron}.`);

const browser = findBrowser();
const isRoot = process.getuid?.() === 0; // Chromium's own sandbox does not work as root

export default defineConfig<HostOptions>({
  testDir: 'tests/e2e',
  outputDir: 'test-results/e2e',
  globalSetup: './tests/temporaryFolder.ts',
  // Each test has a studio of its own, which trains on all cores.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  use: { trace: 'retain-on-failure' },
  projects: [
    {
      name: 'browser',
      use: {
        host: 'browser',
        launchOptions: {
          ...(browser && { executablePath: browser }),
          args: [
            '--disable-gpu',
            '--disable-background-networking',
            ...(isRoot ? ['--no-sandbox'] : []),
          ],
        },
      },
    },
    ...(noElectron ? [] : [{ name: 'electron', use: { host: 'electron' as const } }]),
  ],
});
