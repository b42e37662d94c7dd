// The sentences for when the disk does not let us.
import { StudioError, toStudioError } from './errors';

const full = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const forbidden = new Set(['EACCES', 'EPERM', 'EROFS']);
const inTheWay = new Set(['ENOTDIR', 'EEXIST', 'EISDIR']);
const faulty = new Set(['EIO', 'ENXIO', 'ENODEV', 'ESTALE']);

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
      `Handful may not read or write "${file}". Change the permissions of its folder or choose another folder, then try again; everything saved before is safe.`,
      { file },
    );
  if (inTheWay.has(code))
    return new StudioError(
      'no-permission',
      `"${file}" could not be read or written, because a file stands where a folder is needed or a folder where a file is. Move it away, then try again.`,
      { file },
    );
  if (faulty.has(code))
    return new StudioError(
      'internal',
      `The disk reports a fault at "${file}". Check the disk and its connection, then try again; if it comes back, copy the folder to another disk.`,
      { file },
    );
  if (code === 'EBUSY')
    return new StudioError(
      'busy',
      `"${file}" is in use by another program. Close it there, then try again.`,
      { file },
    );
  if (code === 'ENAMETOOLONG')
    return new StudioError(
      'bad-request',
      `"${file}" is too long a name for this disk. Choose a shorter one, then try again.`,
      { file },
    );
  return toStudioError(error);
}
