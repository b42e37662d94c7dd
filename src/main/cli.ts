// Host 3: the command line. Wires the terminal to the commands and decides nothing.
import { findAppFolder } from './appFolder';
import { withEngine } from './cli/openEngine';
import { runCommandLine } from './cli/runCommandLine';

const abort = new AbortController();
// The first Ctrl+C lets the command clean up; the second ends the process, as if we were not here.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort());

process.exitCode = await runCommandLine(
  process.argv.slice(2),
  {
    print: (line) => process.stdout.write(`${line}\n`),
    say: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY,
    signal: abort.signal,
  },
  {
    version: findAppFolder().version,
    withEngine,
    async openApp({ port, openBrowser }) {
      const { openBrowserHost } = await import('./browser');
      const host = await openBrowserHost({ openBrowser, ...(port === undefined ? {} : { port }) });
      await host.ended;
    },
  },
);
