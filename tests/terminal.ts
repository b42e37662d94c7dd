// A terminal for tests: keeps what a command writes, and runs commands in a folder of their own.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runCommandLine } from '../src/main/cli/runCommandLine';
import type { Engine } from '../src/shared/contract';

export interface Outcome {
  code: number;
  out: string;
  err: string;
}

/** A new folder under the system's temporary one, and a function that removes it. */
export function temporaryFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'handful-test-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Runs a command line over `engine`, whose files are in `dataFolder`. */
export async function runCommand(
  words: string[],
  engine: Engine,
  dataFolder: string,
  { isTerminal = false, signal = new AbortController().signal } = {},
): Promise<Outcome> {
  let out = '';
  let err = '';
  const code = await runCommandLine(
    words,
    {
      print: (line) => {
        out += `${line}\n`;
      },
      say: (text) => {
        err += text;
      },
      isTerminal,
      signal,
    },
    {
      version: '1.2.3',
      withEngine: (use) => use({ engine, dataFolder }),
      openApp: ({ port, openBrowser }) => {
        out += `open ${port ?? 'any'} ${openBrowser}\n`;
        return Promise.resolve();
      },
    },
  );
  return { code, out, err };
}
