import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { serveBrowser, type BrowserServer } from './browserServer';
import { findBundle } from './files';

const token = '0123456789abcdef0123456789abcdef';
let folder = '';
let server: BrowserServer;
let accepted = 0;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'handful-server-'));
  const root = path.join(folder, 'page');
  await mkdir(path.join(root, 'assets'), { recursive: true });
  await mkdir(path.join(folder, 'exports', 'run-1'), { recursive: true });
  await writeFile(path.join(root, 'index.html'), '<h1>Handful</h1>');
  await writeFile(path.join(root, 'assets', 'app.js'), 'start()');
  await writeFile(path.join(folder, 'secret.txt'), 'secret');
  await writeFile(path.join(folder, 'page-too.txt'), 'secret');
  await writeFile(path.join(folder, 'exports', 'run-1', 'Zpráva 1.zip'), 'bundle');
  server = await serveBrowser({
    root,
    token,
    port: 0,
    findBundle: (runId) => findBundle(folder, runId),
    accept: () => accepted++,
  });
});
afterAll(() => server.close());

interface Answer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}

/** A request whose path goes out exactly as written: `fetch` would tidy it first. */
function get(pathname: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<Answer>((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port: server.port, path: pathname, headers, method },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => (body += text));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      },
    );
    asked.on('error', reject).end();
  });
}

const ours = () => `http://127.0.0.1:${server.port}`;

/** The HTTP status with which a WebSocket is refused, or 101. */
function connect(address: string, headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(address, { headers });
  return new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('open', () => {
      socket.close();
      resolve(101);
    });
  });
}

describe('the page', () => {
  it('is served with its type and headers', async () => {
    const { status, headers, body } = await get('/?token=whatever');
    expect([status, body]).toEqual([200, '<h1>Handful</h1>']);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['x-content-type-options']).toBe('nosniff');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${server.port};`);
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it('comes with its scripts', async () => {
    const { headers, body } = await get('/assets/app.js');
    expect([headers['content-type'], body]).toEqual(['text/javascript; charset=utf-8', 'start()']);
  });

  it('can be asked for its headers alone', async () => {
    const { status, headers, body } = await get('/', {}, 'HEAD');
    expect([status, headers['content-length'], body]).toEqual([200, '16', '']);
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/..%5csecret.txt',
    '/../page-too.txt',
    '//etc/passwd',
    '/%00',
    '/%',
    '/assets',
    '/nothing.js',
  ])('hands out nothing for %s', async (pathname) => {
    const { status, body } = await get(pathname);
    expect(status).toBe(404);
    expect(body).not.toContain('secret');
  });

  it('is only handed out, never written', async () => {
    expect((await get('/', {}, 'POST')).status).toBe(405);
  });

  it.each([
    ['a name that somebody pointed at this computer', { host: 'evil.example' }],
    ['another name of this computer', { host: 'localhost' }],
    ['another site', { origin: 'https://evil.example' }],
    ['a sandboxed frame', { origin: 'null' }],
  ])('refuses %s', async (_who, headers) => {
    const { status, body } = await get('/', headers);
    expect(status).toBe(403);
    expect(body).toContain('Open Handful at the address that it printed');
  });
});

describe('exported bundles', () => {
  it('are handed out with the token, under their own name', async () => {
    const { status, headers, body } = await get(`/exports/run-1?token=${token}`);
    expect([status, body]).toEqual([200, 'bundle']);
    expect(headers['content-disposition']).toBe("attachment; filename*=UTF-8''Zpr%C3%A1va%201.zip");
  });

  it.each(['/exports/run-1', '/exports/run-1?token=', `/exports/run-1?token=${token}0`])(
    'are refused for %s',
    async (pathname) => {
      expect((await get(pathname)).status).toBe(401);
    },
  );

  it.each(['run-2', '..%2frun-1', '..%2fexports%2frun-1', 'run-1%00', '%2e%2e%2frun-1'])(
    'say so when there is none for %s',
    async (run) => {
      const { status, body } = await get(`/exports/${run}?token=${token}`);
      expect(status).toBe(404);
      expect(body).not.toContain('bundle');
    },
  );
});

describe('the WebSocket', () => {
  const address = (rest: string) => `ws://127.0.0.1:${server.port}${rest}`;

  it('opens for our own page with the token', async () => {
    const before = accepted;
    expect(await connect(address(`/studio?token=${token}`), { origin: ours() })).toBe(101);
    expect(accepted).toBe(before + 1);
  });

  it.each([
    ['without the token', '/studio', {}, 401],
    ['with a wrong token', `/studio?token=${token.replace('0', '1')}`, {}, 401],
    ['from another site', `/studio?token=${token}`, { origin: 'https://evil.example' }, 403],
    ['from no site', `/studio?token=${token}`, { origin: undefined }, 403],
    ['under another name', `/studio?token=${token}`, { host: 'evil.example' }, 403],
    ['at another path', `/other?token=${token}`, {}, 404],
  ])('stays closed %s', async (_case, rest, over, status) => {
    const before = accepted;
    const headers = { origin: ours(), ...over };
    const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value));
    expect(await connect(address(rest), sent as Record<string, string>)).toBe(status);
    expect(accepted).toBe(before);
  });
});

it('says what to do when the port is taken', async () => {
  const again = serveBrowser({
    root: folder,
    token,
    port: server.port,
    findBundle: (runId) => findBundle(folder, runId),
    accept: () => undefined,
  });
  await expect(again).rejects.toMatchObject({
    code: 'port-in-use',
    message: expect.stringMatching(/Port \d+ is used by another program.*--port/) as string,
  });
});
