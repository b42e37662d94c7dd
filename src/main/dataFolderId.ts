// The id of a data folder, by which a page tells whose projects it has in its storage. It is made of
// the folder's path, so that a folder that was lost as a whole gets its projects back from the page,
// and then kept in the folder, so that it stays the same when the folder is moved.
import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { replaceFile } from './durableFiles';

/** 16 hexadecimal digits. Makes the folder where it is missing. */
export async function dataFolderId(dataFolder: string): Promise<string> {
  const file = path.join(dataFolder, 'folder-id');
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (/^[0-9a-f]{16}$/.test(kept)) return kept;
  await mkdir(dataFolder, { recursive: true }).catch(() => undefined);
  const place = await realpath(dataFolder).catch(() => path.resolve(dataFolder));
  const id = createHash('sha256').update(place).digest('hex').slice(0, 16);
  // A disk that is full costs nothing here: the next start makes the same id.
  await replaceFile(file, (temporary) => writeFile(temporary, `${id}\n`)).catch(() => undefined);
  return id;
}
