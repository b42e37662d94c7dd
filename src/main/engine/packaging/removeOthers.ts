// A run has one exported file, whatever it was called before.
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Removes the other files of the folder of `file`, and what exports that were broken off have left. What
 * cannot be removed stays: the export is done all the same, and the next one tries again.
 */
export async function removeOthers(file: string): Promise<void> {
  const folder = path.dirname(file);
  const kept = await identify(file);
  for (const name of await readdir(folder)) {
    const other = path.join(folder, name);
    // By what it is: some file systems list a name in other letters than it was given in.
    if ((await identify(other).catch(() => kept)) === kept) continue;
    await rm(other, { force: true }).catch(() => undefined);
  }
}

async function identify(file: string): Promise<string> {
  const { dev, ino } = await stat(file, { bigint: true });
  return `${dev}:${ino}`;
}
