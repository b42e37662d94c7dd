import { expect, it } from 'vitest';
import { browserOpener } from './openAddress';

it.each([
  ['linux', { DISPLAY: ':0' }, 'xdg-open'],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, 'xdg-open'],
  ['linux', { DISPLAY: '' }, undefined],
  ['linux', {}, undefined],
  ['darwin', {}, 'open'],
  ['win32', {}, 'cmd'],
] as const)('on %s with %j opens addresses with %s', (platform, env, command) => {
  expect(browserOpener(env, platform)?.command).toBe(command);
});
