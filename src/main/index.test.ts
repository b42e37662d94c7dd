// The desktop app over a fake of Electron: how it starts, what its page may do, how it quits.
import { mkdtemp, readFile, readdir, writeFile, mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import {
  app,
  BrowserWindow,
  dialog,
  Menu,
  protocol,
  sendFromPage,
  utilityProcess,
  type FakeWebContents,
} from '../../tests/contract/fakeElectron';
import { studioContract } from '../shared/contract';
import { pageOpened } from '../shared/rpc/channel';
import { createClient } from '../shared/rpc/client';
import { claimFolder } from './folderClaim';
import { openEnd } from './transports/ends';
import { servePage } from './pageProtocol';

vi.mock('electron', () => import('../../tests/contract/fakeElectron'));

const waitUntil = (claim: () => boolean) => vi.waitUntil(claim, { timeout: 20_000 });

let dataFolder = '';
beforeAll(async () => {
  dataFolder = await mkdtemp(path.join(os.tmpdir(), 'handful-app-'));
  vi.stubEnv('HANDFUL_DATA', dataFolder);
  await import('./index');
  await waitUntil(() => BrowserWindow.all.length === 1);
});

function newestWindow(): BrowserWindow {
  const window = BrowserWindow.all.at(-1);
  if (!window) throw new Error('No window is open.');
  return window;
}

/** A client in the page, as the preload script would connect it. */
function connectPage(page: FakeWebContents) {
  const end = openEnd((message) => sendFromPage(page, message));
  page.on('sent', end.receive);
  sendFromPage(page, pageOpened);
  return createClient(studioContract, end.transport);
}

describe('start', () => {
  it('registers the page`s scheme before the app is ready', () => {
    expect(app.log).toEqual(['scheme', 'ready']);
    expect(protocol.privileged).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
  });

  it('opens a sandboxed, isolated window at our own address', () => {
    const { options, address } = newestWindow();
    expect(address).toBe('app://handful/');
    expect(options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      webSecurity: true,
    });
    expect(String(options.webPreferences.preload)).toMatch(/out.preload.index\.cjs$/);
  });

  it('has a menu for editing, zoom and windows, and no developer tools in it', () => {
    expect(JSON.stringify(Menu.current)).toContain('editMenu');
    expect(JSON.stringify(Menu.current)).not.toMatch(/devtools/i);
  });

  it('comes to the front when it is started a second time', () => {
    const before = newestWindow().focused;
    app.emit('second-instance');
    expect(BrowserWindow.all).toHaveLength(1);
    expect(newestWindow().focused).toBe(before + 1);
  });
});

describe('the page', () => {
  it('is handed out from its own folder, with the security headers', async () => {
    const root = path.join(dataFolder, 'page');
    await mkdir(root);
    await writeFile(path.join(root, 'index.html'), '<h1>Handful</h1>');
    await writeFile(path.join(dataFolder, 'secret.txt'), 'secret');
    servePage(root);
    const ask = (address: string) => protocol.handlers.get('app')?.(new Request(address));

    const page = await ask('app://handful/');
    expect(await page?.text()).toBe('<h1>Handful</h1>');
    expect(page?.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page?.headers.get('content-security-policy')).toContain("connect-src 'self';");
    for (const address of ['app://handful/..%2fsecret.txt', 'app://handful/a', 'app://other/'])
      expect((await ask(address))?.status).toBe(404);
  });

  it('can go nowhere, open nothing and ask for nothing', () => {
    const page = newestWindow().webContents;
    expect(page.windowOpenHandler?.({ url: 'https://example.com' })).toEqual({ action: 'deny' });
    expect(page.wants('will-navigate', 'https://example.com')).toBe(false);
    expect(page.wants('will-navigate', 'app://handful.evil/')).toBe(false);
    expect(page.wants('will-navigate', 'file:///etc/passwd')).toBe(false);
    expect(page.wants('will-frame-navigate', 'https://example.com')).toBe(false);
    expect(page.wants('will-redirect', 'app://handful/')).toBe(false);
    expect(page.wants('will-attach-webview')).toBe(false);
    expect(page.wants('will-navigate', 'app://handful/')).toBe(true); // reload
    const answer = vi.fn();
    page.permissionRequest?.(page, 'media', answer);
    expect(answer).toHaveBeenCalledWith(false);
    expect(page.permissionCheck?.()).toBe(false);
  });

  it('reaches the studio through its pipe', async () => {
    const studio = connectPage(newestWindow().webContents);
    expect((await studio.files.place()).folder).toBe(dataFolder);
    expect(await studio.journal.projects()).toEqual([]);
  });

  it('saves a bundle where the user says', async () => {
    const folder = path.join(dataFolder, 'exports', 'run-1');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'mine.zip'), 'bundle');
    const target = path.join(dataFolder, 'taken away.zip');
    const studio = connectPage(newestWindow().webContents);

    dialog.answer = target;
    expect(await studio.files.deliver({ runId: 'run-1' })).toEqual({ savedTo: target, url: null });
    expect(dialog.asked[0]?.defaultPath).toMatch(/mine\.zip$/);
    expect(await readFile(target, 'utf8')).toBe('bundle');

    dialog.answer = null;
    expect(await studio.files.deliver({ runId: 'run-1' })).toEqual({ savedTo: null, url: null });

    dialog.answer = path.join(target, 'below a file.zip');
    await expect(studio.files.deliver({ runId: 'run-1' })).rejects.toMatchObject({
      code: 'no-permission',
      message: expect.stringContaining('below a file.zip') as string,
    });
    expect((await readdir(dataFolder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('gets the engine in a utility process with the app`s folders', async () => {
    const studio = connectPage(newestWindow().webContents);
    const listing = studio.encoders.list();
    await waitUntil(() => utilityProcess.forked.length === 1);
    const [forked] = utilityProcess.forked;
    expect(forked?.entry).toBe('engine.js');
    expect(forked?.options).toMatchObject({
      serviceName: 'handful-engine',
      env: { HANDFUL_DATA: dataFolder },
    });
    await waitUntil(() => forked?.child.posted.length === 1);
    expect(forked?.child.posted[0]).toMatchObject({ group: 'encoders', name: 'list' });
    forked?.child.emit('message', { type: 'value', id: 1, value: [] });
    forked?.child.emit('message', { type: 'end', id: 1 });
    expect(await listing).toEqual([]);
  });
});

describe('the end', () => {
  it('keeps where the window stood and opens the next one there', () => {
    newestWindow().close();
    app.emit('activate');
    expect(BrowserWindow.all).toHaveLength(2);
    expect(newestWindow().options).toMatchObject({ x: 10, y: 20, width: 900, height: 700 });
  });

  it('ends the engine before the app quits', async () => {
    app.quit();
    expect(app.quits).toBe(0);
    await waitUntil(() => app.quits === 1);
  });

  it('says so and leaves when the browser host has the folder', async () => {
    const claim = await claimFolder(dataFolder, 'browser');
    vi.resetModules();
    const before = { windows: BrowserWindow.all.length, quits: app.quits };
    await import('./index');
    await waitUntil(() => app.quits === before.quits + 1);
    expect(dialog.errors[0]).toMatch(/already open: It is open in your browser/);
    expect(BrowserWindow.all).toHaveLength(before.windows);
    if (claim.isOurs) await claim.release();
  });

  it('says so and leaves when it cannot start', async () => {
    vi.doMock('./folderClaim', () => ({ claimFolder: () => Promise.reject(new Error('no luck')) }));
    vi.resetModules();
    const before = { windows: BrowserWindow.all.length, quits: app.quits };
    await import('./index');
    await waitUntil(() => app.quits === before.quits + 1);
    expect(dialog.errors.at(-1)).toMatch(/could not start: no luck.*HANDFUL_DATA/s);
    expect(BrowserWindow.all).toHaveLength(before.windows);
    vi.doUnmock('./folderClaim');
  });

  it('leaves at once when another one has the lock', async () => {
    app.hasLock = false;
    vi.resetModules();
    const before = BrowserWindow.all.length;
    await import('./index');
    expect(BrowserWindow.all).toHaveLength(before);
  });
});
