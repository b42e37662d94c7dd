// Test support: a home for a program that must leave nothing behind in it, and tell nobody anything.
// ONNX Runtime, unless told not to, puts an identifier of the computer and a store of what it has yet to
// send there.
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

export interface EmptyHome {
  /**
   * The whole environment of the program. No more than this: what says that a test or a build server is
   * running keeps the runtime quiet, too.
   */
  readonly environment: Readonly<Record<string, string>>;
  /** What is in it, temporary files included. */
  readonly find: () => Promise<string[]>;
  readonly remove: () => Promise<void>;
}

export async function createEmptyHome(): Promise<EmptyHome> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'handful-home-'));
  const temporary = path.join(folder, 'temporary');
  await mkdir(temporary);
  return {
    environment: {
      PATH: process.env.PATH ?? '',
      ...{ HOME: folder, USERPROFILE: folder },
      ...{ TMPDIR: temporary, TEMP: temporary, TMP: temporary },
    },
    find: async () =>
      (await readdir(folder, { recursive: true })).filter((name) => name !== 'temporary').sort(),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
