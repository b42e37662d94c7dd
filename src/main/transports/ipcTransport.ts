// The Electron pipe: one channel between the window's page and main. A page that is loaded anew gets
// a new transport, so whatever ran for the old page is stopped.
import { ipcMain, type IpcMainEvent, type WebContents } from 'electron';
import { ipcChannel, pageOpened } from '../../shared/rpc/channel';
import type { Transport } from '../../shared/rpc/transport';
import { openEnd, type End } from './ends';

/**
 * Hands a transport to `accept` for every page that the window loads. Only messages of the window's
 * main frame at `origin` are heard: not those of another window, a frame inside, or another site.
 */
export function acceptPages(
  page: WebContents,
  origin: string,
  accept: (transport: Transport) => void,
): void {
  let end: End | null = null;
  const leave = () => {
    end?.close();
    end = null;
  };
  const hear = (event: IpcMainEvent, message: unknown) => {
    if (!isOurPage(event, page, origin)) return;
    if (message !== pageOpened) return end?.receive(message);
    leave();
    end = openEnd((answer) => {
      if (!page.isDestroyed()) page.send(ipcChannel, answer);
    });
    accept(end.transport);
  };
  ipcMain.on(ipcChannel, hear);
  page.on('render-process-gone', leave);
  page.once('destroyed', () => {
    ipcMain.off(ipcChannel, hear);
    leave();
  });
}

function isOurPage(event: IpcMainEvent, page: WebContents, origin: string): boolean {
  const frame = event.senderFrame;
  return (
    event.sender === page && frame !== null && frame === page.mainFrame && frame.origin === origin
  );
}
