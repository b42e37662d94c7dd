// As much of `electron` as our main process touches, for `vi.mock('electron', ...)`: what was asked
// of it is kept, and a test plays the page, the user and the operating system.
import { EventEmitter } from 'node:events';

export interface FakeFrame {
  origin: string;
}

export class FakeWebContents extends EventEmitter {
  mainFrame: FakeFrame = { origin: 'app://handful' };
  /** What was sent to the page, per channel. */
  readonly sent: { channel: string; message: unknown }[] = [];
  windowOpenHandler: ((details: { url: string }) => { action: string }) | null = null;
  #destroyed = false;

  send(channel: string, message: unknown): void {
    this.sent.push({ channel, message: structuredClone(message) });
    this.emit('sent', message);
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }
  destroy(): void {
    this.#destroyed = true;
    this.emit('destroyed');
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.windowOpenHandler = handler;
  }
}

export const ipcMain = new EventEmitter();

/** A message of a page, as Electron would hand it to main. */
export function sendFromPage(
  sender: FakeWebContents,
  message: unknown,
  senderFrame: FakeFrame | null = sender.mainFrame,
): void {
  ipcMain.emit('handful', { sender, senderFrame }, structuredClone(message));
}
