import { expect, it, vi } from 'vitest';
import { FakeWebContents, ipcMain, sendFromPage } from '../../../tests/contract/fakeElectron';
import { pageOpened } from '../../shared/rpc/channel';
import type { Transport } from '../../shared/rpc/transport';
import { acceptPages } from './ipcTransport';

vi.mock('electron', () => import('../../../tests/contract/fakeElectron'));

function openPage() {
  const contents = new FakeWebContents();
  const heard: unknown[] = [];
  const transports: Transport[] = [];
  const closed = vi.fn();
  acceptPages(contents as never, 'app://handful', (transport) => {
    transports.push(transport);
    transport.onMessage((message) => heard.push(message));
    transport.onClose(closed);
  });
  sendFromPage(contents, pageOpened);
  return { contents, heard, transports, closed };
}

it('hears the main frame of its own window at its own origin, and nobody else', () => {
  const { contents, heard } = openPage();
  sendFromPage(contents, 'ours');
  sendFromPage(contents, 'a frame inside', { origin: 'app://handful' });
  sendFromPage(contents, 'a frame that is gone', null);
  sendFromPage(new FakeWebContents(), 'another window');
  contents.mainFrame.origin = 'https://evil.example';
  sendFromPage(contents, 'another site');
  expect(heard).toEqual(['ours']);
});

it('hears nothing before a page has opened', () => {
  const contents = new FakeWebContents();
  const accept = vi.fn();
  acceptPages(contents as never, 'app://handful', accept);
  sendFromPage(contents, { type: 'cancel', id: 1 });
  expect(accept).not.toHaveBeenCalled();
});

it('gives a page that is loaded anew a transport of its own and closes the old one', () => {
  const { contents, transports, closed } = openPage();
  const sent: unknown[] = [];
  contents.on('sent', (message) => sent.push(message));
  sendFromPage(contents, pageOpened);
  expect(transports).toHaveLength(2);
  expect(closed).toHaveBeenCalledTimes(1);
  transports[0]?.send({ type: 'end', id: 1 });
  transports[1]?.send({ type: 'end', id: 2 });
  expect(sent).toEqual([{ type: 'end', id: 2 }]);
});

it('closes when the page`s process dies, and opens for the page that follows', () => {
  const { contents, transports, closed } = openPage();
  contents.emit('render-process-gone');
  expect(closed).toHaveBeenCalledTimes(1);
  sendFromPage(contents, pageOpened);
  expect(transports).toHaveLength(2);
});

it('lets go of the channel when the window is destroyed', () => {
  const before = ipcMain.listenerCount('handful');
  const { contents, closed } = openPage();
  contents.destroy();
  expect(closed).toHaveBeenCalledTimes(1);
  expect(ipcMain.listenerCount('handful')).toBe(before);
});
