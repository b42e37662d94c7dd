// What the documents name exists.
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';

const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'];

it.each(documents)('%s names only files that are there', async (document) => {
  const text = await readFile(document, 'utf8');
  const named = [...text.matchAll(/`((?:src|tests|scripts|eslint|resources)\/[\w./-]+)`/g)];
  const paths = named.map((match) => match[1] ?? '').filter((name) => !name.endsWith('/'));
  expect(paths.filter((name) => !existsSync(name))).toEqual([]);
  expect(paths.length).toBeGreaterThan(0);
});

it.each(documents)('%s shows only commands that package.json has', async (document) => {
  const text = await readFile(document, 'utf8');
  const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as {
    scripts: Record<string, string>;
  };
  const run = [...text.matchAll(/npm (?:run )?([a-z][\w:]*)/g)].map((match) => match[1] ?? '');
  expect(run.filter((name) => name !== 'ci' && !(name in scripts))).toEqual([]);
});

it('ARCHITECTURE.md gives a reason for every dependency', async () => {
  const text = await readFile('ARCHITECTURE.md', 'utf8');
  const { dependencies } = JSON.parse(await readFile('package.json', 'utf8')) as {
    dependencies: Record<string, string>;
  };
  expect(Object.keys(dependencies).filter((name) => !text.includes(name))).toEqual([]);
});

it('ARCHITECTURE.md names every folder of the engine', async () => {
  const text = await readFile('ARCHITECTURE.md', 'utf8');
  const entries = await readdir('src/main/engine', { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  expect(folders.filter((name) => !text.includes(`src/main/engine/${name}`))).toEqual([]);
});
