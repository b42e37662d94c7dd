// What main adds about files: handing over an exported bundle, and saying where things are kept.
// The engine writes the bundle of a run into `<data>/exports/<runId>/`, as the only file if it can remove
// the older ones.
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { filesContract } from '../shared/contract';
import { StudioError } from '../shared/errors';
import type { Api } from '../shared/rpc/contract';
import type { BundleFile, Host } from './host';

export function createFiles(host: Host): Api<typeof filesContract>['files'] {
  return {
    deliver: async ({ runId }) => host.deliver(await findBundle(host.dataFolder, runId)),
    place: () => Promise.resolve({ folder: host.dataFolder, version: host.version }),
  };
}

/** The exported bundle of a run; throws 'classifier-missing' when there is none. */
export async function findBundle(dataFolder: string, runId: string): Promise<BundleFile> {
  const folder = path.join(dataFolder, 'exports', runId);
  // A run id comes from a page: it names a folder and nothing above or below it.
  const fileName = /^[A-Za-z0-9-]{1,64}$/.test(runId) ? await newestZip(folder) : undefined;
  if (!fileName)
    throw new StudioError(
      'classifier-missing',
      'This classifier has not been exported yet, or its file was moved. Export it again, then save it.',
      { runId },
    );
  return { runId, fileName, path: path.join(folder, fileName) };
}

/** The name of the zip that was written last; undefined where there is none. */
async function newestZip(folder: string): Promise<string | undefined> {
  const found: { name: string; writtenAt: number }[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const file = await stat(path.join(folder, name)).catch(() => null);
    if (file?.isFile() && name.endsWith('.zip')) found.push({ name, writtenAt: file.mtimeMs });
  }
  return found.sort((a, b) => b.writtenAt - a.writtenAt)[0]?.name;
}
