// Can the result be written? Asked before the work begins, since an hour of it would be lost.
import { open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../shared/errors';
import { explainDiskError } from '../../shared/explainDiskError';

/** Throws when `file` cannot be written or is one of `inputs`; leaves nothing behind. */
export async function checkOutput(file: string, inputs: readonly string[]): Promise<void> {
  const target = path.resolve(file);
  if (inputs.some((input) => path.resolve(input) === target))
    throw new StudioError(
      'bad-request',
      `--out would replace "${file}", which is read from. Name another file.`,
    );
  const folder = await stat(path.dirname(target)).catch(() => null);
  if (!folder?.isDirectory())
    throw new StudioError(
      'bad-request',
      `The folder "${path.dirname(file)}" of --out does not exist. Make it first, or name another folder.`,
    );
  if ((await stat(target).catch(() => null))?.isDirectory())
    throw new StudioError('bad-request', `--out "${file}" is a folder. Name a file in it.`);
  const probe = path.join(path.dirname(target), `.handful-${process.pid}.part`);
  try {
    await (await open(probe, 'wx')).close();
  } catch (error) {
    const explained = explainDiskError(error, file);
    if (explained.code !== 'internal') throw explained;
    throw new StudioError(
      'no-permission',
      `No file can be made in "${path.dirname(file)}" (${explained.message}). Name another folder.`,
    );
  }
  await rm(probe, { force: true });
}
