// What the scripts share: where the repository is, running one of its tools, and a build that is
// there and not older than the sources.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/**
 * Runs a command in the repository; resolves to its exit code, 1 when it cannot be started. Signals
 * are the command's to answer: it ends in its own way, and this process after it.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    const stayForTerminal = () => undefined; // Ctrl+C reaches the command by itself
    const passOn = () => child.kill('SIGTERM');
    process.on('SIGINT', stayForTerminal);
    process.on('SIGTERM', passOn);
    const end = (code) => {
      process.off('SIGINT', stayForTerminal);
      process.off('SIGTERM', passOn);
      resolve(code);
    };
    child.once('error', () => end(1));
    child.once('close', (code) => end(code ?? 1));
  });
}

/** Runs a script of the repository, or of a package that npm installed, with this Node. */
export const runNode = (script, args, options) =>
  run(process.execPath, [path.join(root, script), ...args], options);

export const build = (options) =>
  runNode('node_modules/electron-vite/bin/electron-vite.js', ['build'], options);

/** Times of the last change of a file, or of all files below a folder, in milliseconds. */
function changesOf(place) {
  const file = path.join(root, place);
  if (!existsSync(file)) return [];
  const found = statSync(file);
  if (!found.isDirectory()) return [found.mtimeMs];
  return readdirSync(file).flatMap((name) => changesOf(path.join(place, name)));
}

const built = [
  'main/index.js',
  'main/cli.js',
  'main/engine.js',
  'main/encoder.js',
  'preload/index.cjs',
];
const sources = ['src', 'electron.vite.config.ts', 'package.json', 'package-lock.json'];

function isBuilt() {
  const files = [...built, 'renderer/index.html'].map((file) => path.join('out', file));
  if (!files.every((file) => existsSync(path.join(root, file)))) return false;
  return Math.min(...files.flatMap(changesOf)) > Math.max(...sources.flatMap(changesOf));
}

/**
 * Builds the app when there is no build or the sources are newer, saying so on stderr. Throws when it
 * cannot be built.
 */
export async function ensureBuilt() {
  if (isBuilt()) return;
  console.error('Building Handful, which takes a few seconds ...');
  if ((await build({ stdio: ['ignore', 'ignore', 'inherit'] })) !== 0)
    throw new Error('Handful could not be built. Run "npm ci", then try again.');
}
