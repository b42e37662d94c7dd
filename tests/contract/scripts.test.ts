// The scripts that the commands of package.json run, as far as they decide anything.
import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';

interface Machine {
  platform: NodeJS.Platform;
  env: Record<string, string>;
}
const { findBrowser } = (await import(
  pathToFileURL(path.resolve('scripts/browserBinary.mjs')).href
)) as { findBrowser: (machine: Machine) => string | null };

async function folderWith(...programs: string[]): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'handful-path-'));
  for (const name of programs) {
    await writeFile(path.join(folder, name), '#!/bin/sh\n');
    await chmod(path.join(folder, name), 0o755);
  }
  return folder;
}

describe('the browser for the end-to-end tests', () => {
  const onWindows = (env: Record<string, string>) => findBrowser({ platform: 'win32', env });

  it('is the one that HANDFUL_BROWSER names, and no other', async () => {
    const folder = await folderWith('mine', 'chromium');
    const mine = path.join(folder, 'mine');
    expect(onWindows({ HANDFUL_BROWSER: mine, PATH: folder })).toBe(mine);
    expect(onWindows({ HANDFUL_BROWSER: `${mine}-not`, PATH: folder })).toBeNull();
  });

  it('is the first that the PATH has', async () => {
    const [first, second] = [await folderWith('google-chrome'), await folderWith('chromium')];
    const PATH = [first, second].join(path.delimiter);
    expect(onWindows({ PATH })).toBe(path.join(first, 'google-chrome'));
  });

  it('is looked for where installers put it', async () => {
    const folder = await folderWith();
    expect(onWindows({ LOCALAPPDATA: folder })).toBeNull();
  });

  it('must be a program', async () => {
    const folder = await folderWith('chromium');
    await chmod(path.join(folder, 'chromium'), 0o644);
    expect(onWindows({ PATH: folder })).toBeNull();
  });
});
