// Our `test`: each test gets a studio of its own, on an empty data folder, and a page of it. Specs do
// not know which host they run on.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { _electron, test as base, type Page } from '@playwright/test';

const root = path.resolve(import.meta.dirname, '../..');

export interface HostOptions {
  host: 'browser' | 'electron';
}

/** A running studio. */
export interface StudioProcess {
  readonly dataFolder: string;
  /** Address of its page, for a page of one's own. */
  readonly address: () => string;
  /** Its main process. */
  readonly pid: () => number;
  /** A page that shows it. */
  open(): Promise<Page>;
  /** Ends it as a power cut would, without a chance to tidy up. */
  readonly kill: () => Promise<void>;
  /** Starts it again on the same folder; `open` then shows the new one. */
  start(): Promise<void>;
}

export const test = base.extend<HostOptions & { studio: StudioProcess }>({
  host: ['browser', { option: true }],

  studio: async ({ host, context }, use) => {
    const dataFolder = await mkdtemp(path.join(os.tmpdir(), 'handful-e2e-'));
    const studio =
      host === 'browser'
        ? new BrowserStudio(dataFolder, () => context.newPage())
        : new DesktopStudio(dataFolder);
    await studio.start();
    await use(studio);
    await studio.kill();
    await rm(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  },

  page: async ({ studio }, use) => {
    await use(await studio.open());
  },
});

export { expect } from '@playwright/test';

const environment = (dataFolder: string): Record<string, string> => ({
  ...(process.env as Record<string, string>),
  HANDFUL_DATA: dataFolder,
});

class BrowserStudio implements StudioProcess {
  #process: ChildProcess | null = null;
  #address = '';

  constructor(
    readonly dataFolder: string,
    private readonly newPage: () => Promise<Page>,
  ) {}

  async start(): Promise<void> {
    const entry = pathToFileURL(path.join(root, 'out', 'main', 'browser.js')).href;
    const script = `(await import(${JSON.stringify(entry)})).openBrowserHost({ openBrowser: false })`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', `await ${script}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: environment(this.dataFolder),
    });
    this.#process = child;
    for await (const line of createInterface({ input: child.stdout })) {
      const address = /Handful is open at (\S+)/.exec(line)?.[1];
      if (!address) continue;
      this.#address = address;
      return;
    }
    throw new Error('The studio ended before it was open.');
  }

  async open(): Promise<Page> {
    const page = await this.newPage();
    await page.goto(this.#address);
    return page;
  }

  address = (): string => this.#address;
  pid = (): number => this.#process?.pid ?? 0;
  kill = (): Promise<void> => endNow(this.#process);
}

class DesktopStudio implements StudioProcess {
  #app: Awaited<ReturnType<typeof _electron.launch>> | null = null;

  constructor(readonly dataFolder: string) {}

  async start(): Promise<void> {
    this.#app = await _electron.launch({ args: [root], env: environment(this.dataFolder) });
  }

  open(): Promise<Page> {
    if (!this.#app) throw new Error('The studio is not running.');
    return this.#app.firstWindow();
  }

  address = (): string => 'app://handful/';
  pid = (): number => this.#app?.process().pid ?? 0;
  kill = (): Promise<void> => endNow(this.#app?.process() ?? null);
}

async function endNow(child: ChildProcess | null): Promise<void> {
  if (!child) return;
  const isRunning = child.exitCode === null && child.signalCode === null;
  const ended = isRunning && new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
