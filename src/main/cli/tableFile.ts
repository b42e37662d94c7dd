// A table from the disk, and the columns that a command asks for.
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { closest } from '../../shared/closest';
import { StudioError } from '../../shared/errors';
import { findColumn, requireTextColumn } from '../../shared/tables/columns';
import { readTable } from '../../shared/tables/readTable';
import { checkTableSize, type Table } from '../../shared/tables/table';
import type { Progress } from './commandIo';
import type { ReadingArguments } from './parseCommandLine';

/** Reads a table and tells what was noticed; throws a StudioError that names the file. */
export async function readTableFile(
  file: string,
  reading: ReadingArguments,
  progress: Progress,
): Promise<Table> {
  progress.phase(`Reading ${path.basename(file)} ...`);
  checkTableSize(path.basename(file), await fileSize(file, 'table'));
  const bytes = await readFile(file).catch((error: unknown) => {
    throw explainReadError(error, file);
  });
  const table = await readTable(bytes, path.basename(file), reading);
  for (const note of table.notes) progress.note(`${table.name}: ${note}`);
  return table;
}

/** Bytes of a file that is there and no folder; `what` says what it should have been. */
export async function fileSize(file: string, what: string): Promise<number> {
  const found = await stat(file).catch(async (error: unknown) => {
    throw isMissing(error) ? await missing(file) : explainReadError(error, file);
  });
  if (found.isDirectory())
    throw new StudioError('bad-table', `"${file}" is a folder, not a ${what}. Name a file in it.`);
  return found.size;
}

/** The column named, or else the one that holds the texts; a guess is told. */
export function chooseTextColumn(
  table: Table,
  name: string | undefined,
  progress: Progress,
): number {
  if (name !== undefined) return findColumn(table, name);
  const column = requireTextColumn(table);
  if (table.columns.length > 1)
    progress.note(
      `${table.name}: the texts are taken from column "${table.columns[column] ?? ''}".`,
    );
  return column;
}

const isMissing = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

async function missing(file: string): Promise<StudioError> {
  const neighbours = await readdir(path.dirname(path.resolve(file))).catch(() => []);
  const near = closest(path.basename(file), neighbours);
  return new StudioError(
    'bad-table',
    `There is no file "${file}". ${near ? `Did you mean "${path.join(path.dirname(file), near)}"?` : 'Check its name and folder.'}`,
  );
}

function explainReadError(error: unknown, file: string): StudioError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code === 'EACCES' || code === 'EPERM'
    ? new StudioError(
        'no-permission',
        `"${file}" may not be read. Change its permissions, or copy it to a folder of yours.`,
      )
    : new StudioError(
        'bad-table',
        `"${file}" cannot be read (${error instanceof Error ? error.message : String(error)}). Copy it to this computer and try again.`,
      );
}
