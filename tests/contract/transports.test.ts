// The same cases over every pipe that the product uses.
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { acceptPages } from '../../src/main/transports/ipcTransport';
import { transportToChild } from '../../src/main/transports/processTransport';
import { acceptWebSockets } from '../../src/main/transports/webSocketTransport';
import { pageOpened } from '../../src/shared/rpc/channel';
import { createClient } from '../../src/shared/rpc/client';
import { memoryTransports } from '../../src/shared/rpc/memoryTransport';
import { serve } from '../../src/shared/rpc/server';
import type { Transport } from '../../src/shared/rpc/transport';
import { openEnd } from '../../src/main/transports/ends';
import { buildChildScript } from './childScript';
import { countingContract, createCounting } from './countingContract';
import { FakeWebContents, sendFromPage } from './fakeElectron';

vi.mock('electron', () => import('./fakeElectron'));

/** A client's end that is connected to a served counting contract, and a way to break the pipe. */
interface Pipe {
  readonly transport: Transport;
  readonly breakPipe: () => void;
}

let childScript = '';
beforeAll(async () => {
  childScript = await buildChildScript('tests/contract/countingChild.ts');
});

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

const pipes: Record<string, () => Pipe | Promise<Pipe>> = {
  memory: () => {
    const { left, right, close } = memoryTransports();
    serve(countingContract, createCounting(), right);
    return { transport: left, breakPipe: close };
  },

  process: () => {
    const child = fork(childScript, [], { serialization: 'advanced', execArgv: [] });
    cleanUps.push(() => child.kill('SIGKILL'));
    return { transport: transportToChild(child), breakPipe: () => child.kill('SIGKILL') };
  },

  WebSocket: async () => {
    const server = createServer();
    const close = acceptWebSockets(
      server,
      () => null,
      (transport) => void serve(countingContract, createCounting(), transport),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanUps.push(() => {
      close();
      server.close();
    });
    const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await new Promise((resolve) => socket.once('open', resolve));
    // What a page does with its WebSocket.
    const page = openEnd((message) => socket.send(JSON.stringify(message)));
    socket.on('message', (data: Buffer) => page.receive(JSON.parse(data.toString())));
    socket.on('close', page.close);
    return { transport: page.transport, breakPipe: close };
  },

  'Electron ipc': () => {
    const contents = new FakeWebContents();
    acceptPages(contents as never, 'app://handful', (transport) => {
      serve(countingContract, createCounting(), transport);
    });
    sendFromPage(contents, pageOpened);
    // What the preload script does.
    const page = openEnd((message) => sendFromPage(contents, message));
    contents.on('sent', page.receive);
    contents.on('destroyed', page.close);
    return { transport: page.transport, breakPipe: () => contents.destroy() };
  },
};

const untilStopped = new AbortController().signal;

describe.each(Object.entries(pipes))('over %s', (_name, open) => {
  const connect = async () => {
    const { transport, breakPipe } = await open();
    return { client: createClient(countingContract, transport).texts, transport, breakPipe };
  };

  it('carries any text unchanged', async () => {
    const { client } = await connect();
    const text = 'žluťoučký 😀 \u0000 \u2028 "\\" עברית';
    expect(await client.echo(text)).toBe(text);
  });

  it('carries five megabytes at once', async () => {
    const { client } = await connect();
    const text = 'word '.repeat(1_000_000);
    expect(await client.echo(text)).toBe(text);
  });

  it('carries an error with its code and details', async () => {
    const { client } = await connect();
    await expect(client.refuse()).rejects.toMatchObject({
      code: 'busy',
      message: 'One at a time.',
      details: { step: 3 },
    });
  });

  it('streams in order, to the end', async () => {
    const { client } = await connect();
    const got: number[] = [];
    for await (const n of client.count({ to: 50 }, untilStopped)) got.push(n);
    expect(got).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });

  it('runs several at the same time', async () => {
    const { client } = await connect();
    const counts = [3, 5, 8].map(async (to) => {
      let last = 0;
      for await (const n of client.count({ to }, untilStopped)) last = n;
      return last;
    });
    expect(await Promise.all([...counts, client.echo('meanwhile')])).toEqual([
      3,
      5,
      8,
      'meanwhile',
    ]);
  });

  it('stops the job behind a stream that is no longer read', async () => {
    const { client } = await connect();
    for await (const n of client.count({ to: null }, untilStopped)) {
      expect(await client.running()).toBe(1);
      if (n === 3) break;
    }
    await expect.poll(() => client.running()).toBe(0);
  });

  it('stops the job when the signal aborts', async () => {
    const { client } = await connect();
    const abort = new AbortController();
    const reading = (async () => {
      for await (const n of client.count({ to: null }, abort.signal)) if (n === 3) abort.abort();
    })();
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(() => client.running()).toBe(0);
  });

  it('ignores what is no message of the protocol', async () => {
    const { client, transport } = await connect();
    transport.send('hello' as never);
    transport.send({ type: 'start', id: 'one' } as never);
    transport.send({ type: 'value', id: 7, value: 1 });
    expect(await client.echo('still here')).toBe('still here');
  });

  it('fails what is pending, and what comes later, when the pipe breaks', async () => {
    const { client, breakPipe } = await connect();
    const waiting = client.never();
    const streaming = (async () => {
      for await (const n of client.count({ to: null }, untilStopped)) if (n === 3) breakPipe();
    })();
    await expect(streaming).rejects.toMatchObject({ code: 'disconnected' });
    await expect(waiting).rejects.toMatchObject({ code: 'disconnected' });
    await expect(client.echo('late')).rejects.toMatchObject({ code: 'disconnected' });
  });
});
