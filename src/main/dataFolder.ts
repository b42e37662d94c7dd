import os from 'node:os';
import path from 'node:path';

/**
 * The folder that holds a user's projects, runs and exports: HANDFUL_DATA if it is set, otherwise
 * where the system keeps the data of applications. The same for every host.
 */
export function findDataFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = os.homedir(),
): string {
  if (env.HANDFUL_DATA) return path.resolve(env.HANDFUL_DATA);
  if (platform === 'win32')
    return path.join(env.APPDATA ?? path.join(home, 'AppData', 'Roaming'), 'Handful');
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Handful');
  return path.join(env.XDG_DATA_HOME ?? path.join(home, '.local', 'share'), 'handful');
}
