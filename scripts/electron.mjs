// Where Electron's binary is. npm installs only its wrapper; the binary comes from elsewhere on
// first use, and there are places that it cannot be fetched from, or run in.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root, runNode } from './repository.mjs';

/** How long the place that the binary comes from may take to answer, and the binary to arrive. */
const answerMs = 8_000;
const arrivalMs = 180_000;

const folder = path.join(root, 'node_modules', 'electron');

/** The path of Electron's binary, or null when it is not there. */
export function findElectron() {
  const note = path.join(folder, 'path.txt');
  if (!existsSync(note)) return null;
  const binary = path.join(folder, 'dist', readFileSync(note, 'utf8'));
  return existsSync(binary) ? binary : null;
}

/** Fetches the binary, if the place that it comes from can be reached; null when it did not come. */
export async function fetchElectron() {
  if (!(await canBeFetched())) return null;
  console.log('Fetching the desktop shell (Electron, about 110 MB), this once ...');
  await runNode('node_modules/electron/install.js', [], { stdio: 'ignore', timeout: arrivalMs });
  return findElectron();
}

/** Asks for a small file beside the binary, so that nobody waits for one that cannot come. */
async function canBeFetched() {
  const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const mirror =
    process.env.npm_config_electron_mirror ??
    process.env.ELECTRON_MIRROR ??
    'https://github.com/electron/electron/releases/download/';
  try {
    const signal = AbortSignal.timeout(answerMs);
    return (await fetch(`${mirror}v${version}/SHASUMS256.txt`, { signal })).ok;
  } catch {
    return false;
  }
}

/** Why a desktop window cannot be shown here, as the end of a sentence, or null when it can. */
export function whyNoWindow() {
  if (process.platform !== 'linux') return null;
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no screen here';
  if (process.getuid?.() === 0) return 'the desktop shell does not run as root';
  return null;
}
