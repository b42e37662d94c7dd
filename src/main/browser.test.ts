// The browser host as a process: what it prints, how it ends, what it remembers.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { buildChildScript } from '../../tests/contract/childScript';
import { studioContract } from '../shared/contract';
import { createClient } from '../shared/rpc/client';
import { openEnd } from './transports/ends';

let script = '';
beforeAll(async () => {
  script = await buildChildScript('tests/contract/browserHostChild.ts');
});

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const newFolder = () => mkdtemp(path.join(os.tmpdir(), 'handful-browser-'));

/** Starts the host and waits for its first line, or for its end. */
async function start(dataFolder: string, ...args: string[]) {
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, HANDFUL_DATA: dataFolder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const output = { out: '', error: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.error += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await Promise.race([ended, expect.poll(() => output.out, { timeout: 30_000 }).toContain('\n')]);
  const address = /^Handful is open at (http:\/\/127\.0\.0\.1:(\d+)\/\?token=([0-9a-f]{32}))$/m;
  const [, url = '', port = '', token = ''] = address.exec(output.out) ?? [];
  return { child, output, ended, url, port: Number(port), token };
}

async function connect({ port, token }: { port: number; token: string }) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/studio?token=${token}`, {
    origin: `http://127.0.0.1:${port}`,
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const end = openEnd((message) => socket.send(JSON.stringify(message)));
  socket.on('message', (data: Buffer) => end.receive(JSON.parse(data.toString())));
  socket.on('close', end.close);
  return createClient(studioContract, end.transport);
}

describe('the browser host', () => {
  it('prints its address and serves a studio there', async () => {
    const folder = await newFolder();
    const host = await start(folder);
    const studio = await connect(host);
    expect(await studio.files.place()).toMatchObject({ folder });
    expect(await studio.files.deliver({ runId: 'none' }).catch((e: unknown) => e)).toMatchObject({
      code: 'classifier-missing',
    });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends cleanly on %s', async (signal) => {
    const host = await start(await newFolder());
    const studio = await connect(host);
    const waiting = studio.encoders.list().catch((error: unknown) => error);
    host.child.kill(signal);
    expect(await host.ended).toBe(0);
    expect(host.output.out).toMatch(/ended\n$/);
    expect(await waiting).toMatchObject({ code: 'disconnected' });
  });

  it('comes back at the same address, after it was killed too', async () => {
    const folder = await newFolder();
    const first = await start(folder);
    first.child.kill('SIGKILL');
    await first.ended;
    expect((await start(folder)).url).toBe(first.url);
  });

  it('shows the one that is open already instead of opening a second one', async () => {
    const folder = await newFolder();
    const first = await start(folder);
    const second = await start(folder);
    expect(second.output.out).toContain(`Handful is already open at ${first.url}`);
    expect(await second.ended).toBe(0);
    expect(first.child.exitCode).toBeNull();
  });

  it.skipIf(process.platform === 'win32')(
    'keeps its token where only the user can read it',
    async () => {
      const folder = await newFolder();
      await start(folder);
      expect((await stat(path.join(folder, 'browser.json'))).mode & 0o077).toBe(0);
    },
  );

  it('takes another port when the last one is taken, but not when it was asked for', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const folder = await newFolder();
    const token = '0'.repeat(32);
    await writeFile(path.join(folder, 'browser.json'), JSON.stringify({ port, token }));

    const elsewhere = await start(folder);
    expect(elsewhere.token).toBe(token);
    expect(elsewhere.port).not.toBe(port);

    const refused = await start(await newFolder(), String(port));
    expect(await refused.ended).toBe(1);
    expect(refused.output.error).toMatch(/^Port \d+ is used by another program\. .*--port.*\n$/);
    other.close();
  });

  it('says so when its folder cannot be used', async () => {
    const file = path.join(await newFolder(), 'file');
    await writeFile(file, '');
    const host = await start(path.join(file, 'data'));
    expect(await host.ended).toBe(1);
    expect(host.output.error).toMatch(/file.data.*because a file stands where a folder is needed/);
  });
});
