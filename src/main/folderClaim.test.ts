import { fork } from 'node:child_process';
import { mkdtemp, readlink, symlink } from 'node:fs/promises';
import { Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { buildChildScript } from '../../tests/contract/childScript';
import { claimFolder, type Claim } from './folderClaim';

afterEach(() => vi.unstubAllEnvs());

const newFolder = () => mkdtemp(path.join(os.tmpdir(), 'handful-claim-'));
const release = (claim: Claim) => (claim.isOurs ? claim.release() : undefined);

it('gives a folder to the first and tells the second who has it', async () => {
  const folder = await newFolder();
  const first = await claimFolder(folder, 'app');
  expect(first.isOurs).toBe(true);
  expect(await claimFolder(folder, 'browser')).toEqual({ isOurs: false, holder: 'app' });
  expect(await claimFolder(`${folder}/.`, 'browser')).toMatchObject({ isOurs: false });
  await release(first);
  const next = await claimFolder(folder, 'browser');
  expect(next.isOurs).toBe(true);
  await release(next);
});

it('keeps folders apart, however long their paths are', async () => {
  const folder = await newFolder();
  const claims = await Promise.all(
    ['a', 'b'].map((name) => claimFolder(path.join(folder, 'x'.repeat(200), name), 'app')),
  );
  expect(claims.map((claim) => claim.isOurs)).toEqual([true, true]);
  for (const claim of claims) await release(claim);
});

it.skipIf(process.platform === 'win32')(
  'knows a folder by whatever path it is reached, and whatever is temporary',
  async () => {
    const folder = await newFolder();
    const link = path.join(await newFolder(), 'link');
    await symlink(folder, link);
    const first = await claimFolder(folder, 'app');
    expect(await claimFolder(link, 'browser')).toEqual({ isOurs: false, holder: 'app' });
    vi.stubEnv('TMPDIR', await newFolder());
    expect(await claimFolder(folder, 'browser')).toEqual({ isOurs: false, holder: 'app' });
    await release(first);
  },
);

it.skipIf(process.platform === 'win32')(
  'knows a folder whose path is too long for a socket, whatever is temporary',
  async () => {
    const folder = path.join(await newFolder(), 'x'.repeat(100));
    const first = await claimFolder(folder, 'app');
    vi.stubEnv('TMPDIR', await newFolder());
    expect(await claimFolder(folder, 'browser')).toEqual({ isOurs: false, holder: 'app' });
    await release(first);
  },
);

it('lets a folder be opened where no socket can be', async () => {
  const listen = vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server) {
    const refused = Object.assign(new Error('no sockets here'), { code: 'EOPNOTSUPP' });
    process.nextTick(() => this.emit('error', refused));
    return this;
  });
  const claim = await claimFolder(await newFolder(), 'app');
  expect(listen).toHaveBeenCalled();
  expect(claim.isOurs).toBe(true);
  await release(claim);
  listen.mockRestore();
});

it.skipIf(process.platform === 'win32')(
  'removes nothing of which it cannot tell whether somebody listens there',
  async () => {
    const folder = await newFolder();
    const socket = path.join(folder, 'handful.sock');
    await symlink(socket, socket); // asking there ends in ELOOP
    const claim = await claimFolder(folder, 'app');
    expect(await readlink(socket)).toBe(socket);
    expect(await claimFolder(folder, 'browser')).toEqual({ isOurs: false, holder: 'app' });
    await release(claim);
  },
);

it('takes over from a process that was killed', async () => {
  const folder = await newFolder();
  const script = await buildChildScript('tests/contract/claimingChild.ts');
  const child = fork(script, [folder], { execArgv: [] });
  await new Promise((resolve) => child.once('message', resolve));
  expect(await claimFolder(folder, 'app')).toEqual({ isOurs: false, holder: 'browser' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  const claim = await claimFolder(folder, 'app');
  expect(claim.isOurs).toBe(true);
  await release(claim);
});
