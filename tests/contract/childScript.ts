// Test support: turns a TypeScript file into one that a child process of Node can run.
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from 'vite';

/** Bundles `entry` (a path from the repository's root) and returns the path of the script. */
export async function buildChildScript(entry: string): Promise<string> {
  const outDir = await mkdtemp(path.join(os.tmpdir(), 'handful-child-'));
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir,
      emptyOutDir: false,
      rolldownOptions: { output: { entryFileNames: 'child.mjs' } },
    },
  });
  return path.join(outDir, 'child.mjs');
}
