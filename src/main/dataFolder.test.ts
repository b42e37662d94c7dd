import path from 'node:path';
import { expect, it } from 'vitest';
import { findDataFolder } from './dataFolder';

const home = path.resolve('/home/ada');

it.each([
  ['linux', {}, path.join(home, '.local', 'share', 'handful')],
  ['linux', { XDG_DATA_HOME: '/data' }, path.join('/data', 'handful')],
  ['darwin', {}, path.join(home, 'Library', 'Application Support', 'Handful')],
  ['win32', { APPDATA: '/roaming' }, path.join('/roaming', 'Handful')],
  ['win32', {}, path.join(home, 'AppData', 'Roaming', 'Handful')],
  ['linux', { HANDFUL_DATA: './mine', XDG_DATA_HOME: '/data' }, path.resolve('mine')],
] as const)('on %s with %j it is %s', (platform, env, folder) => {
  expect(findDataFolder(env, platform, home)).toBe(folder);
});
