// The window: a sandboxed page that can go nowhere, open nothing and ask the system for nothing. All
// it has is the pipe that the preload script gives it.
import { BrowserWindow, screen, type WebContents } from 'electron';
import { pageOrigin } from './pageProtocol';
import { recallBounds, rememberBounds } from './windowBounds';

export interface WindowOptions {
  readonly preload: string;
  readonly dataFolder: string;
}

/** Opens the window; `prepare` is called before its page is loaded. */
export function openWindow(
  { preload, dataFolder }: WindowOptions,
  prepare: (page: WebContents) => void,
): BrowserWindow {
  const screens = screen.getAllDisplays().map((display) => display.workArea);
  const window = new BrowserWindow({
    width: 1200,
    height: 800,
    ...recallBounds(dataFolder, screens),
    minWidth: 720,
    minHeight: 520,
    show: false,
    title: 'Handful',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      webSecurity: true,
      spellcheck: false, // would fetch dictionaries
    },
  });
  confine(window.webContents);
  prepare(window.webContents);
  window.once('ready-to-show', () => window.show());
  window.on('close', () => rememberBounds(dataFolder, window.getNormalBounds()));
  void window.loadURL(`${pageOrigin}/`);
  return window;
}

/** Denies a page everything that ours never does. */
export function confine(page: WebContents): void {
  page.setWindowOpenHandler(() => ({ action: 'deny' }));
  const isElsewhere = (address: string) => !address.startsWith(`${pageOrigin}/`);
  page.on('will-navigate', (event) => {
    if (isElsewhere(event.url)) event.preventDefault();
  });
  page.on('will-frame-navigate', (event) => {
    if (isElsewhere(event.url)) event.preventDefault();
  });
  page.on('will-redirect', (event) => event.preventDefault());
  page.on('will-attach-webview', (event) => event.preventDefault());
  page.session.setPermissionRequestHandler((_page, _permission, answer) => answer(false));
  page.session.setPermissionCheckHandler(() => false);
}
