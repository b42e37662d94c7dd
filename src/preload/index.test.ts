import { expect, it, vi } from 'vitest';
import { contextBridge, ipcRenderer } from '../../tests/contract/fakeElectron';

vi.mock('electron', () => import('../../tests/contract/fakeElectron'));

interface Bridge {
  send(message: unknown): void;
  onMessage(listen: (message: unknown) => void): () => void;
}

it('gives the page a pipe to main, and nothing else', async () => {
  await import('./index');
  expect(Object.keys(contextBridge.exposed)).toEqual(['handful']);
  const bridge = contextBridge.exposed.handful as Bridge;
  expect(Object.keys(bridge).sort()).toEqual(['onMessage', 'send']);

  bridge.send({ type: 'end', id: 1 });
  expect(ipcRenderer.sent).toEqual([
    { channel: 'handful', message: 'page-opened' },
    { channel: 'handful', message: { type: 'end', id: 1 } },
  ]);

  const heard: unknown[] = [];
  const stop = bridge.onMessage((...given: unknown[]) => heard.push(given));
  ipcRenderer.emit('handful', { sender: 'main' }, 'first');
  stop();
  ipcRenderer.emit('handful', { sender: 'main' }, 'second');
  expect(heard).toEqual([['first']]); // without Electron's event, which leads to more than a pipe
});
