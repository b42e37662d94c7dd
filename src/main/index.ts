// Host 1: the desktop app. Wires Electron's app, the window and the studio, and decides nothing.
import { app, dialog, Menu, type BrowserWindow, type MenuItemConstructorOptions } from 'electron';
import { studioContract } from '../shared/contract';
import { toStudioError } from '../shared/errors';
import { serve } from '../shared/rpc/server';
import { findAppFolder } from './appFolder';
import { findDataFolder } from './dataFolder';
import { createElectronHost } from './electronHost';
import { claimFolder } from './folderClaim';
import { pageOrigin, registerPageScheme, servePage } from './pageProtocol';
import { createStudio } from './studio';
import { acceptPages } from './transports/ipcTransport';
import { openWindow } from './window';

const menu: MenuItemConstructorOptions[] = [
  ...(process.platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
  { role: 'editMenu' },
  {
    label: 'View',
    submenu: [
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { role: 'togglefullscreen' },
    ],
  },
  { role: 'windowMenu' },
];

async function openApp(): Promise<void> {
  const folder = findAppFolder();
  const dataFolder = findDataFolder();
  const claim = await claimFolder(dataFolder, 'app');
  if (!claim.isOurs) {
    dialog.showErrorBox(
      'Handful is already open',
      'It is open in your browser. End it there first (Ctrl+C where it was started), or set HANDFUL_DATA to work on another folder.',
    );
    return app.quit();
  }
  let window: BrowserWindow | null = null;
  const opened = createStudio(createElectronHost(folder, dataFolder, () => window));

  const show = () => {
    if (window) {
      if (window.isMinimized()) window.restore();
      window.focus();
      return;
    }
    window = openWindow({ preload: folder.preload, dataFolder }, (page) =>
      acceptPages(
        page,
        pageOrigin,
        (transport) => void serve(studioContract, opened.studio, transport),
      ),
    );
    window.once('closed', () => (window = null));
  };

  app.on('second-instance', show);
  app.on('activate', show);
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  let isClosed = false;
  app.on('before-quit', (event) => {
    if (isClosed) return;
    // The engine ends and the journals are closed first; then the app quits for good.
    event.preventDefault();
    void opened.close().finally(async () => {
      await claim.release();
      isClosed = true;
      app.quit();
    });
  });

  Menu.setApplicationMenu(Menu.buildFromTemplate(menu));
  servePage(folder.renderer);
  show();
}

/** An app without a window and without a word could only be ended by force. */
function giveUp(error: unknown): void {
  dialog.showErrorBox(
    'Handful could not start',
    `${toStudioError(error).message}\n\nYour projects are untouched. Try again, or set HANDFUL_DATA to work on another folder.`,
  );
  app.quit();
}

if (app.requestSingleInstanceLock()) {
  registerPageScheme();
  void app.whenReady().then(openApp).catch(giveUp);
} else {
  app.quit();
}
