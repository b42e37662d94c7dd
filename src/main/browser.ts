// Host 2: the studio in the user's own browser. Wires the server, the studio and the folders, and
// decides nothing.
import { studioContract } from '../shared/contract';
import { StudioError } from '../shared/errors';
import { serve } from '../shared/rpc/server';
import { findAppFolder } from './appFolder';
import { serveBrowser, type BrowserServer, type BrowserServerOptions } from './browserServer';
import { recallSession, rememberSession } from './browserSession';
import { findDataFolder } from './dataFolder';
import { findBundle } from './files';
import { createNodeHost } from './nodeHost';
import { openAddress } from './openAddress';
import { createStudio } from './studio';

export interface BrowserHostOptions {
  /** Must be free; when left out, the port of the last time if it is free, otherwise any. */
  readonly port?: number;
  /** Open the address in the user's browser, where there is a screen. */
  readonly openBrowser: boolean;
  readonly dataFolder?: string;
}

export interface BrowserHost {
  /** Address of the page, token included. */
  readonly address: string;
  /** Resolves when the host has ended: after `close`, SIGINT or SIGTERM. */
  readonly ended: Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts the browser host and prints its address. Throws 'port-in-use'. */
export async function openBrowserHost(options: BrowserHostOptions): Promise<BrowserHost> {
  const app = findAppFolder();
  const dataFolder = options.dataFolder ?? findDataFolder();
  const session = await recallSession(dataFolder);
  const opened = createStudio({
    ...createNodeHost(app, dataFolder),
    deliver: ({ runId }) =>
      Promise.resolve({ savedTo: null, url: `/exports/${runId}?token=${session.token}` }),
  });
  const server = await listenWhereWeWere(options.port, session.port, {
    root: app.renderer,
    token: session.token,
    findBundle: (runId) => findBundle(dataFolder, runId),
    accept: (transport) => void serve(studioContract, opened.studio, transport),
  });
  try {
    await rememberSession(dataFolder, { ...session, port: server.port });
  } catch (error) {
    await server.close(); // where nothing can be kept, there is nothing to open
    throw error;
  }

  const address = `http://127.0.0.1:${server.port}/?token=${session.token}`;
  console.log(`Handful is open at ${address}`);
  if (options.openBrowser) openAddress(address);

  let finish: () => void;
  const ended = new Promise<void>((resolve) => (finish = resolve));
  let closing: Promise<void> | null = null;
  const close = () =>
    (closing ??= (async () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
      await server.close();
      await opened.close();
      finish();
    })());
  const onSignal = () => void close();
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return { address, ended, close };
}

async function listenWhereWeWere(
  wanted: number | undefined,
  last: number,
  options: Omit<BrowserServerOptions, 'port'>,
): Promise<BrowserServer> {
  try {
    return await serveBrowser({ ...options, port: wanted ?? last });
  } catch (error) {
    const isTaken = error instanceof StudioError && error.code === 'port-in-use';
    if (wanted !== undefined || !isTaken) throw error;
    return serveBrowser({ ...options, port: 0 });
  }
}
