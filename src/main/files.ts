// What main adds about files: handing over an exported bundle, and saying where things are kept.
// The engine writes the bundle of a run as the only file in `<data>/exports/<runId>/`.
import { readdir } from 'node:fs/promises';
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
  const names = /^[A-Za-z0-9-]{1,64}$/.test(runId) ? await readdir(folder).catch(() => []) : [];
  const fileName = names.find((name) => name.endsWith('.zip'));
  if (!fileName)
    throw new StudioError(
      'classifier-missing',
      'This classifier has not been exported yet, or its file was moved. Export it again, then save it.',
      { runId },
    );
  return { runId, fileName, path: path.join(folder, fileName) };
}
