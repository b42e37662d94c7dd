// Test support: turns a TypeScript file into one that a child process of Node can run.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'vite';
import { afterAll } from 'vitest';

/** Below the repository, since the app finds its own folder from where its code lies. */
const folder = path.resolve('node_modules', '.cache', 'handful-children');

const built: string[] = [];
afterAll(async () => {
  for (const outDir of built) await rm(outDir, { recursive: true, force: true });
});

/** Bundles `entry` (a path from the repository's root) and returns the path of the script. */
export async function buildChildScript(entry: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const outDir = await mkdtemp(path.join(folder, 'child-'));
  built.push(outDir);
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: entry,
      outDir,
      rolldownOptions: { output: { entryFileNames: 'child.mjs' } },
    },
  });
  return path.join(outDir, 'child.mjs');
}
