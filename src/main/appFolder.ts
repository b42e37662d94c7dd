// Where the app itself lies: the folder of its package.json, from the sources as from the build.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';

const PackageFile = v.object({ version: v.string() });

/** Absolute paths of what is shipped, and the version of it. */
export interface AppFolder {
  readonly version: string;
  readonly resources: string;
  /** The built page. */
  readonly renderer: string;
  readonly preload: string;
  /** The entry of the engine's process. */
  readonly engine: string;
}

export function findAppFolder(): AppFolder {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'package.json')) && folder !== path.dirname(folder))
    folder = path.dirname(folder);
  const { version } = v.parse(
    PackageFile,
    JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')),
  );
  return {
    version,
    resources: path.join(folder, 'resources'),
    renderer: path.join(folder, 'out', 'renderer'),
    preload: path.join(folder, 'out', 'preload', 'index.cjs'),
    engine: path.join(folder, 'out', 'main', 'engine.js'),
  };
}
