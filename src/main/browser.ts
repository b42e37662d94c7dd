// Host 2: the studio in the user's own browser. Wires the server, the studio and the folders, and
// decides nothing.
import { studioContract } from '../shared/contract';
import { StudioError } from '../shared/errors';
import { serve } from '../shared/rpc/server';
import { findAppFolder } from './appFolder';
import { serveBrowser, type BrowserServer, type BrowserServerOptions } from './browserServer';
import { recallSession, rememberSession, type Session } from './browserSession';
import { findDataFolder } from './dataFolder';
import { findBundle } from './files';
import { claimFolder } from './folderClaim';
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

/**
 * Starts the browser host and prints its address; when the data folder is open in another one, prints
 * that one's address instead. Throws 'port-in-use', and 'busy' when the desktop app has the folder.
 */
export async function openBrowserHost(options: BrowserHostOptions): Promise<BrowserHost> {
  const dataFolder = options.dataFolder ?? findDataFolder();
  const session = await recallSession(dataFolder);
  const show = (words: string, port: number): string => {
    const address = `http://127.0.0.1:${port}/?token=${session.token}`;
    console.log(`${words} ${address}`);
    if (options.openBrowser) openAddress(address);
    return address;
  };

  const claim = await claimFolder(dataFolder, 'browser');
  if (!claim.isOurs) {
    if (claim.holder === 'app') throw alreadyOpenAsApp();
    const address = show('Handful is already open at', session.port);
    return { address, ended: Promise.resolve(), close: () => Promise.resolve() };
  }
  try {
    const { port, close } = await serveStudio(dataFolder, session, options.port);
    const address = show('Handful is open at', port);
    return {
      address,
      ...closing(async () => {
        await close();
        await claim.release();
      }),
    };
  } catch (error) {
    await claim.release();
    throw error;
  }
}

/** Serves a studio over the folder, at the port that is wanted or else the one of the last time. */
async function serveStudio(dataFolder: string, session: Session, wanted: number | undefined) {
  const app = findAppFolder();
  const opened = createStudio({
    ...createNodeHost(app, dataFolder),
    deliver: ({ runId }) =>
      Promise.resolve({ savedTo: null, url: `/exports/${runId}?token=${session.token}` }),
  });
  const server = await listenWhereWeWere(wanted, session.port, {
    root: app.renderer,
    token: session.token,
    findBundle: (runId) => findBundle(dataFolder, runId),
    accept: (transport) => void serve(studioContract, opened.studio, transport),
  });
  const close = async () => {
    await server.close();
    await opened.close();
  };
  try {
    await rememberSession(dataFolder, { ...session, port: server.port });
  } catch (error) {
    await close(); // where nothing can be kept, there is nothing to open
    throw error;
  }
  return { port: server.port, close };
}

/** `close` runs once: when it is called, or on SIGINT or SIGTERM. */
function closing(work: () => Promise<void>): Pick<BrowserHost, 'close' | 'ended'> {
  let finish: () => void;
  const ended = new Promise<void>((resolve) => (finish = resolve));
  let started: Promise<void> | null = null;
  const onSignal = () => void close();
  const close = () =>
    (started ??= (async () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
      await work();
      finish();
    })());
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return { ended, close };
}

const alreadyOpenAsApp = () =>
  new StudioError(
    'busy',
    'Handful is already open in its own window. Close that window first, or set HANDFUL_DATA to work on another folder.',
  );

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
