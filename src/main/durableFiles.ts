// What it takes that a change of a folder outlives a power cut, and the sentences for when the disk
// does not let us.
import { copyFile, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { StudioError, toStudioError } from '../shared/errors';

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

const full = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const forbidden = new Set(['EACCES', 'EPERM', 'EROFS']);
const inTheWay = new Set(['ENOTDIR', 'EEXIST', 'EISDIR']);

/** What the disk refused, as a sentence about the file that it was about. */
export function explainDiskError(error: unknown, file: string): StudioError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (full.has(code))
    return new StudioError(
      'disk-full',
      `The disk is full: "${file}" could not be written. Free some space, then try again; everything saved before is safe.`,
      { file },
    );
  if (forbidden.has(code))
    return new StudioError(
      'no-permission',
      `Handful may not write "${file}". Change the permissions of its folder or choose another folder, then try again; everything saved before is safe.`,
      { file },
    );
  if (inTheWay.has(code))
    return new StudioError(
      'no-permission',
      `"${file}" could not be read or written, because a file stands where a folder is needed or a folder where a file is. Move it away, then try again.`,
      { file },
    );
  return toStudioError(error);
}
