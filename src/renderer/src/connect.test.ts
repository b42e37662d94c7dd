import { afterEach, expect, test, vi } from 'vitest';
import { messageLimitBytes } from '../../shared/rpc/messageSize';
import { findStudio } from './connect';

/** As much of a window as the connection needs. */
function windowAt(address: string, stored: Record<string, string> = {}) {
  const page = { href: address };
  const window = {
    location: new URL(address),
    sessionStorage: {
      getItem: (key: string) => stored[key] ?? null,
      setItem: (key: string, value: string) => {
        stored[key] = value;
      },
    },
    history: {
      state: null,
      replaceState: (_state: unknown, _title: string, url: URL) => {
        page.href = url.href;
      },
    },
  };
  return { window: window as unknown as Window, page, stored };
}

const opened: string[] = [];
const frames: string[] = [];
class Socket {
  static readonly OPEN = 1;
  readonly readyState = Socket.OPEN;
  readonly addEventListener = vi.fn();
  onopen = () => undefined;
  send(frame: string) {
    frames.push(frame);
  }
  constructor(address: string) {
    opened.push(address);
    queueMicrotask(() => this.onopen());
  }
}

class FailingSocket {
  onerror = () => undefined;
  constructor() {
    queueMicrotask(() => this.onerror());
  }
}

afterEach(() => {
  opened.length = 0;
  frames.length = 0;
  vi.unstubAllGlobals();
});

test('takes the token out of the address bar, keeps it, and connects with it', async () => {
  vi.stubGlobal('WebSocket', Socket);
  const { window, page, stored } = windowAt('http://127.0.0.1:5000/?token=a%2Bb&x=1#/p/label');
  await findStudio(window)();
  expect(page.href).toBe('http://127.0.0.1:5000/?x=1#/p/label');
  expect(opened).toEqual(['ws://127.0.0.1:5000/studio?token=a%2Bb']);

  const reloaded = windowAt(page.href, stored);
  await findStudio(reloaded.window)();
  expect(opened[1]).toBe(opened[0]);
});

test('refuses what the server would end the connection over, and sends nothing of it', async () => {
  vi.stubGlobal('WebSocket', Socket);
  const transport = await findStudio(windowAt('http://127.0.0.1:5000/?token=a').window)();
  const large = { type: 'value' as const, id: 1, value: 'x'.repeat(messageLimitBytes) };
  expect(() => transport.send(large)).toThrow(
    /^This would be 65 MB at once, and 64 MB are the most/,
  );
  transport.send({ type: 'cancel', id: 2 });
  expect(frames).toEqual(['{"type":"cancel","id":2}']);
});

test('goes through the desktop app where there is one, and never opens a socket', async () => {
  vi.stubGlobal('WebSocket', Socket);
  const sent: unknown[] = [];
  let deliver: (message: unknown) => void = () => undefined;
  const handful = {
    send: (message: unknown) => sent.push(message),
    onMessage: (listen: (message: unknown) => void) => {
      deliver = listen;
    },
  };
  const transport = await findStudio({ handful } as unknown as Window)();
  const heard: unknown[] = [];
  const stop = transport.onMessage((message) => heard.push(message));
  transport.send({ type: 'cancel', id: 1 });
  deliver({ type: 'end', id: 1 });
  stop();
  deliver({ type: 'end', id: 2 });
  expect(sent).toEqual([{ type: 'cancel', id: 1 }]);
  expect(heard).toEqual([{ type: 'end', id: 1 }]);
  expect(opened).toEqual([]);
});

test('tells a studio that refuses this window from one that is switched off', async () => {
  vi.stubGlobal('WebSocket', FailingSocket);
  const connect = findStudio(windowAt('http://127.0.0.1:5000/').window);
  vi.stubGlobal('fetch', () => Promise.resolve(new Response()));
  await expect(connect()).rejects.toMatchObject({
    code: 'no-permission',
    message: expect.stringContaining('may not talk to Handful any more') as string,
  });
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  await expect(connect()).rejects.toMatchObject({
    code: 'disconnected',
    message: expect.stringContaining('switched off') as string,
  });
});
