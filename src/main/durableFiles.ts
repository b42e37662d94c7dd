// What it takes that a change of a folder outlives a power cut.
import { copyFile, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { explainDiskError } from '../shared/explainDiskError';

/** Puts names that were made, moved or removed in a folder onto the disk. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // NTFS journals names itself; folders cannot be opened
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes `to` hold what `write` puts into a file beside it: wholly, or not at all.
 * Throws a StudioError that names `to`.
 */
export async function replaceFile(
  to: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = `${to}.part`;
  try {
    await write(temporary);
    const handle = await open(temporary, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, to);
    await syncFolder(path.dirname(to));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw explainDiskError(error, to);
  }
}

/** Copies a file so that nobody ever sees half of it under its final name. */
export const copyWhole = (from: string, to: string): Promise<void> =>
  replaceFile(to, (temporary) => copyFile(from, temporary));
