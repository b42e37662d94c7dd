// One data folder, one open Handful: two that append to the same journals would not know of each
// other's entries. Whoever is first listens on a local socket that is named after the folder. The
// system takes the socket away with its process, so a crash leaves no lock behind.
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** What kind of host has a folder. */
export type Holder = 'app' | 'browser';

export type Claim =
  | { readonly isOurs: true; readonly release: () => Promise<void> }
  | { readonly isOurs: false; readonly holder: Holder };

const patienceMs = 5_000;

/** Claims the folder for this process, or says what kind of host has it. */
export async function claimFolder(dataFolder: string, as: Holder): Promise<Claim> {
  const address = socketOf(dataFolder);
  for (let tries = 0; tries < 3; tries++) {
    const server = await listen(address, as);
    if (server) return { isOurs: true, release: () => close(server) };
    const holder = await askHolder(address);
    if (holder) return { isOurs: false, holder };
    await rm(address, { force: true }).catch(() => undefined); // left by a process that was killed
  }
  // The address can be neither used nor freed: better open without a claim than not at all.
  return { isOurs: true, release: () => Promise.resolve() };
}

/** A path that is short enough for a socket, however long the folder's is. */
function socketOf(dataFolder: string): string {
  const digest = createHash('sha256').update(path.resolve(dataFolder)).digest('hex').slice(0, 24);
  return process.platform === 'win32'
    ? `\\\\.\\pipe\\handful-${digest}`
    : path.join(os.tmpdir(), `handful-${digest}.sock`);
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

/** Who listens there; null when nobody does. */
function askHolder(address: string): Promise<Holder | null> {
  return new Promise((resolve) => {
    let answer = '';
    let isThere = false;
    const socket = connect(address, () => (isThere = true));
    socket.setTimeout(patienceMs, () => socket.destroy());
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    socket.on('error', () => undefined);
    // Whoever is there without a word is still there: a window that hangs, for instance.
    socket.on('close', () => resolve(answer === 'browser' ? answer : isThere ? 'app' : null));
  });
}

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => server.close(() => resolve()));
