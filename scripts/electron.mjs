// Where Electron's binary is. npm installs only its wrapper; the binary comes from elsewhere on
// first use, and there are places that it cannot be fetched from, or run in.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root, runNode } from './repository.mjs';

/** How long fetching the binary (some 100 MB) may take before we do without. */
const patienceMs = 20_000;

/** The path of Electron's binary, or null when it is not there. */
export function findElectron() {
  const folder = path.join(root, 'node_modules', 'electron');
  const note = path.join(folder, 'path.txt');
  if (!existsSync(note)) return null;
  const binary = path.join(folder, 'dist', readFileSync(note, 'utf8'));
  return existsSync(binary) ? binary : null;
}

/** Fetches the binary without a word; null when that fails or takes too long. */
export async function fetchElectron() {
  await runNode('node_modules/electron/install.js', [], { stdio: 'ignore', timeout: patienceMs });
  return findElectron();
}

/** Why a desktop window cannot be shown here, as the end of a sentence, or null when it can. */
export function whyNoWindow() {
  if (process.platform !== 'linux') return null;
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no screen here';
  if (process.getuid?.() === 0) return 'Electron does not run as root';
  return null;
}
