import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { expect, it } from 'vitest';

type Table = Record<string, string[]>;

const { layers, owners } = (await import(pathToFileURL(path.resolve('eslint/layers.js')).href)) as {
  layers: Table;
  owners: Table;
};

/** The rows of a Markdown table whose first heading is `first`, by the code in their first cell. */
async function tableOf(file: string, first: string): Promise<Table> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  const start = lines.findIndex((line) => new RegExp(`^\\| ${first} +\\|`).test(line));
  const rows: Table = {};
  for (const line of lines.slice(start + 2)) {
    if (!line.startsWith('|')) break;
    const [name, ...values] = [...line.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
    if (name) rows[name] = values;
  }
  return rows;
}

it('ARCHITECTURE.md prints the import table that ESLint enforces', async () => {
  expect(await tableOf('ARCHITECTURE.md', 'folder.*may import')).toEqual(layers);
});

it('ARCHITECTURE.md prints who owns which package', async () => {
  expect(await tableOf('ARCHITECTURE.md', 'package.*may be imported by')).toEqual(owners);
});
