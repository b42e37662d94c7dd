import { spawn } from 'node:child_process';

/** The program that opens an address in the user's browser, or null where there is no screen. */
export function browserOpener(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): { command: string; args: string[] } | null {
  if (platform === 'darwin') return { command: 'open', args: [] };
  // `start` is a word of cmd.exe; its first argument in quotes would be a window's title.
  if (platform === 'win32') return { command: 'cmd', args: ['/c', 'start', ''] };
  return env.DISPLAY || env.WAYLAND_DISPLAY ? { command: 'xdg-open', args: [] } : null;
}

/** Opens the address if there is a screen and a browser; the printed address is there if not. */
export function openAddress(address: string): void {
  const opener = browserOpener();
  if (!opener) return;
  const child = spawn(opener.command, [...opener.args, address], {
    stdio: 'ignore',
    detached: true,
  });
  child.on('error', () => undefined);
  child.unref();
}
