// One data folder, one open Handful: two that append to the same journals would not know of each
// other's entries. Whoever is first listens on a local socket that belongs to the folder, by whatever
// path it is reached. The system lets go of the socket with its process, so a crash leaves no lock behind.
import { createHash } from 'node:crypto';
import { mkdir, realpath, rm, stat } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** What kind of host has a folder. */
export type Holder = 'app' | 'browser';

export type Claim =
  | { readonly isOurs: true; readonly release: () => Promise<void> }
  | { readonly isOurs: false; readonly holder: Holder };

const patienceMs = 5_000;
/** A longer path is too long for a socket on some systems. */
const mostAddressBytes = 100;

/** How the system says that nobody listens at an address. */
const gone: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOENT', 'ENOTSOCK']);

/** Claims the folder for this process, or says what kind of host has it. */
export async function claimFolder(dataFolder: string, as: Holder): Promise<Claim> {
  for (const address of await addressesOf(dataFolder)) {
    const claim = await claimAddress(address, as);
    if (claim) return claim;
  }
  // No address can be used: better open without a claim than not at all.
  return { isOurs: true, release: () => Promise.resolve() };
}

/** Null where nobody can listen, or nobody can be asked: not every file system has sockets. */
async function claimAddress(address: string, as: Holder): Promise<Claim | null> {
  for (let tries = 0; tries < 3; tries++) {
    const server = await listen(address, as).catch(() => 'impossible' as const);
    if (server === 'impossible') return null;
    if (server) return { isOurs: true, release: () => close(server) };
    const holder = await askHolder(address);
    if (holder === 'unknown') return null;
    if (holder !== 'nobody') return { isOurs: false, holder };
    await rm(address, { force: true }).catch(() => undefined); // left by a process that was killed
  }
  return null;
}

/**
 * Best first: in the folder itself; or else where every process of this computer looks, since what is
 * temporary for one is elsewhere for another; or else there.
 */
async function addressesOf(dataFolder: string): Promise<string[]> {
  const { folder, digest } = await identify(dataFolder);
  const name = `handful-${digest}`;
  if (process.platform === 'win32') return [`\\\\.\\pipe\\${name}`];
  const inside = path.join(folder, 'handful.sock');
  const outside = ['/tmp', os.tmpdir()].map((place) => path.join(place, `${name}.sock`));
  return [inside, ...outside].filter((address) => Buffer.byteLength(address) <= mostAddressBytes);
}

/** The same for every path to the folder, through links or in another letter case. */
async function identify(dataFolder: string): Promise<{ folder: string; digest: string }> {
  let folder = path.resolve(dataFolder);
  let place = folder;
  try {
    await mkdir(folder, { recursive: true });
    folder = await realpath(folder);
    const { dev, ino } = await stat(folder, { bigint: true });
    place = `${dev}:${ino}`;
  } catch {
    // Whoever writes there will say why it cannot be done.
  }
  return { folder, digest: createHash('sha256').update(place).digest('hex').slice(0, 24) };
}

/** Null when the address is taken. */
function listen(address: string, as: Holder): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(as);
    });
    server.once('error', (error) => {
      if ('code' in error && error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(address, () => {
      server.unref(); // a claim keeps no process alive
      resolve(server);
    });
  });
}

/** Who listens there; 'unknown' when the system does not let us ask. */
function askHolder(address: string): Promise<Holder | 'nobody' | 'unknown'> {
  return new Promise((resolve) => {
    let answer = '';
    let otherwise: Holder | 'nobody' | 'unknown' = 'unknown';
    // Whoever is there without a word is still there: a window that hangs, for instance.
    const socket = connect(address, () => (otherwise = 'app'));
    socket.setTimeout(patienceMs, () => socket.destroy());
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    socket.on('error', (error) => {
      if ('code' in error && gone.has(error.code)) otherwise = 'nobody';
    });
    socket.on('close', () => resolve(answer === 'browser' ? answer : otherwise));
  });
}

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => server.close(() => resolve()));
