// All that the page gets of Electron: a pipe to main. What goes through it, the contract decides.
import { contextBridge, ipcRenderer } from 'electron';
import { ipcChannel, pageOpened } from '../shared/rpc/channel';

ipcRenderer.send(ipcChannel, pageOpened);

contextBridge.exposeInMainWorld('handful', {
  send: (message: unknown) => ipcRenderer.send(ipcChannel, message),
  /** Returns a function that stops listening. */
  onMessage: (listen: (message: unknown) => void) => {
    const hear = (_event: unknown, message: unknown) => listen(message);
    ipcRenderer.on(ipcChannel, hear);
    return () => {
      ipcRenderer.off(ipcChannel, hear);
    };
  },
});
