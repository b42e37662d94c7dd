// The browser host's web server: the built page, exported bundles, and the WebSocket of the contract;
// on this computer's loopback address only. Other users and other sites on the same computer can
// reach that address too, so: bundles and WebSocket need a token, the Host header must be ours (a
// site whose name is pointed at 127.0.0.1 has another one), and so must an Origin, where there is one.
import { createHash, timingSafeEqual } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { StudioError, toStudioError } from '../shared/errors';
import type { Transport } from '../shared/rpc/transport';
import type { BundleFile } from './host';
import { contentTypeOf, fileOfPage, pageHeaders } from './page';
import { acceptWebSockets } from './transports/webSocketTransport';

export interface BrowserServerOptions {
  /** Folder of the built page. */
  readonly root: string;
  readonly token: string;
  /** 0 for any that is free. */
  readonly port: number;
  findBundle(runId: string): Promise<BundleFile>;
  /** A page has connected. */
  readonly accept: (transport: Transport) => void;
}

export interface BrowserServer {
  readonly port: number;
  close(): Promise<void>;
}

const loopback = '127.0.0.1';

/** Starts serving; throws 'port-in-use' when somebody else has the port. */
export async function serveBrowser(options: BrowserServerOptions): Promise<BrowserServer> {
  const server = createServer((request, response) => void answer(options, request, response));
  const closeSockets = acceptWebSockets(
    server,
    (request) => {
      const url = addressOf(request);
      if (url?.pathname !== '/studio') return '404 Not Found';
      // A page always sends its origin with a WebSocket; whoever sends none is no page of ours.
      if (!isOurs(request) || !request.headers.origin) return '403 Forbidden';
      return hasToken(url, options.token) ? null : '401 Unauthorized';
    },
    options.accept,
  );
  await listen(server, options.port);
  return {
    port: portOf(server),
    close: () =>
      new Promise((resolve) => {
        closeSockets();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const isTaken = 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES');
      reject(
        isTaken
          ? new StudioError(
              'port-in-use',
              `Port ${port} is used by another program. Choose another one with --port, or leave --port out and Handful finds a free one.`,
              { port },
            )
          : toStudioError(error),
      );
    });
    server.listen(port, loopback, resolve);
  });
}

async function answer(
  options: BrowserServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refuse = (status: number, sentence: string) => {
    response.writeHead(status, { ...headersFor(request), 'Content-Type': 'text/plain' });
    response.end(`${sentence}\n`);
  };
  try {
    const url = addressOf(request);
    if (!url || !isOurs(request))
      return refuse(403, 'Open Handful at the address that it printed when it started.');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuse(405, 'Handful only hands out files here.');

    const exported = /^\/exports\/([^/]+)$/.exec(url.pathname)?.[1];
    if (exported !== undefined) {
      if (!hasToken(url, options.token))
        return refuse(401, 'This address is no longer valid. Press Export in Handful once more.');
      const bundle = await options.findBundle(exported);
      return await send(request, response, bundle.path, {
        'Content-Type': 'application/zip',
        'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(bundle.fileName)}`,
      });
    }
    const file = fileOfPage(options.root, url.pathname);
    if (!file || !(await isFile(file))) {
      // Browsers ask for this one uninvited; that it is not there is no fault to report.
      if (url.pathname === '/favicon.ico') return void response.writeHead(204).end();
      return refuse(404, 'There is nothing at this address.');
    }
    await send(request, response, file, { 'Content-Type': contentTypeOf(file) });
  } catch (error) {
    const { code, message } = toStudioError(error);
    if (response.headersSent) response.destroy();
    else refuse(code === 'classifier-missing' ? 404 : 500, message);
  }
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  file: string,
  headers: Record<string, string>,
): Promise<void> {
  const { size } = await stat(file);
  response.writeHead(200, { ...headersFor(request), ...headers, 'Content-Length': size });
  if (request.method === 'HEAD') response.end();
  else await pipeline(createReadStream(file), response);
}

const headersFor = (request: IncomingMessage) => pageHeaders(`ws://${ourName(request)}`);

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** The only name under which we answer. */
const ourName = (request: IncomingMessage): string =>
  `${loopback}:${request.socket.localPort ?? 0}`;

function isOurs(request: IncomingMessage): boolean {
  const { host, origin } = request.headers;
  const name = ourName(request);
  return host === name && (origin === undefined || origin === `http://${name}`);
}

function addressOf(request: IncomingMessage): URL | null {
  const address = `http://${loopback}${request.url ?? '/'}`;
  return URL.canParse(address) ? new URL(address) : null;
}

/** Compared by their digests, which are equally long and compared in constant time. */
function hasToken(url: URL, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(url.searchParams.get('token') ?? ''), digest(token));
}

const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
