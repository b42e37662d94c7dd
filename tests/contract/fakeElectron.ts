// As much of `electron` as our main process touches, for `vi.mock('electron', ...)`: what was asked
// of it is kept, and a test plays the page, the user and the operating system.
import { EventEmitter } from 'node:events';
import os from 'node:os';
import path from 'node:path';

export interface FakeFrame {
  origin: string;
}

type Permission = (page: unknown, permission: string, answer: (granted: boolean) => void) => void;

export class FakeWebContents extends EventEmitter {
  mainFrame: FakeFrame = { origin: 'app://handful' };
  windowOpenHandler: ((details: { url: string }) => { action: string }) | null = null;
  permissionRequest: Permission | null = null;
  permissionCheck: (() => boolean) | null = null;
  #destroyed = false;

  readonly session = {
    setPermissionRequestHandler: (handler: Permission) => (this.permissionRequest = handler),
    setPermissionCheckHandler: (handler: () => boolean) => (this.permissionCheck = handler),
  };

  /** To the page; a test listens for `sent`. */
  send(_channel: string, message: unknown): void {
    this.emit('sent', structuredClone(message));
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
  /** Plays a page that wants to go somewhere; true when it was let. */
  wants(event: string, url = ''): boolean {
    const wish = { url, prevented: false, preventDefault: () => (wish.prevented = true) };
    this.emit(event, wish);
    return !wish.prevented;
  }
}

export class BrowserWindow extends EventEmitter {
  static readonly all: BrowserWindow[] = [];
  readonly webContents = new FakeWebContents();
  address = '';
  focused = 0;
  bounds = { x: 10, y: 20, width: 900, height: 700 };

  constructor(readonly options: { webPreferences: Record<string, unknown> }) {
    super();
    BrowserWindow.all.push(this);
  }
  loadURL(address: string): Promise<void> {
    this.address = address;
    return Promise.resolve();
  }
  show(): void {
    this.emit('shown');
  }
  focus(): void {
    this.focused++;
  }
  isMinimized(): boolean {
    return false;
  }
  getNormalBounds() {
    return this.bounds;
  }
  /** Plays the user who closes the window. */
  close(): void {
    this.emit('close');
    this.webContents.destroy();
    this.emit('closed');
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

class FakeApp extends EventEmitter {
  hasLock = true;
  quits = 0;
  /** What happened before the app was ready, and what after, in order. */
  readonly log: string[] = [];

  requestSingleInstanceLock(): boolean {
    return this.hasLock;
  }
  async whenReady(): Promise<void> {
    await Promise.resolve();
    this.log.push('ready');
  }
  getPath(): string {
    return os.tmpdir();
  }
  /** Like Electron: a listener of `before-quit` may hold it up. */
  quit(): void {
    const event = { prevented: false, preventDefault: () => (event.prevented = true) };
    this.emit('before-quit', event);
    if (!event.prevented) this.quits++;
  }
}
export const app = new FakeApp();

class FakeProtocol {
  readonly privileged: { scheme: string; privileges: Record<string, boolean> }[] = [];
  readonly handlers = new Map<string, (request: Request) => Promise<Response>>();

  registerSchemesAsPrivileged(schemes: FakeProtocol['privileged']): void {
    app.log.push('scheme');
    this.privileged.push(...schemes);
  }
  handle(scheme: string, handler: (request: Request) => Promise<Response>): void {
    this.handlers.set(scheme, handler);
  }
}
export const protocol = new FakeProtocol();

export const screen = {
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
};

export const Menu = {
  current: null as unknown,
  buildFromTemplate: (template: unknown) => template,
  setApplicationMenu(menu: unknown): void {
    Menu.current = menu;
  },
};

export const dialog = {
  /** Where the user of the test saves to; null when they change their mind. */
  answer: null as string | null,
  asked: [] as { defaultPath?: string }[],
  errors: [] as string[],
  showErrorBox(title: string, text: string): void {
    dialog.errors.push(`${title}: ${text}`);
  },
  showSaveDialog(...given: unknown[]): Promise<{ filePath: string | undefined }> {
    dialog.asked.push(given.at(-1) as { defaultPath?: string });
    return Promise.resolve({ filePath: dialog.answer ?? undefined });
  },
};

export class FakeUtilityProcess extends EventEmitter {
  readonly stderr = null;
  readonly posted: unknown[] = [];
  postMessage(message: unknown): void {
    this.posted.push(message);
  }
  kill(): boolean {
    queueMicrotask(() => this.emit('exit', 143));
    return true;
  }
}

export const utilityProcess = {
  forked: [] as { entry: string; options: Record<string, unknown>; child: FakeUtilityProcess }[],
  fork(entry: string, _args: string[], options: Record<string, unknown>): FakeUtilityProcess {
    const child = new FakeUtilityProcess();
    utilityProcess.forked.push({ entry: path.basename(entry), options, child });
    return child;
  },
};

/** The page's side of Electron: what the preload script put into the page, and its pipe. */
export const ipcRenderer = Object.assign(new EventEmitter(), {
  sent: [] as { channel: string; message: unknown }[],
  send(channel: string, message: unknown): void {
    ipcRenderer.sent.push({ channel, message });
  },
});
export const contextBridge = {
  exposed: {} as Record<string, unknown>,
  exposeInMainWorld(name: string, api: unknown): void {
    contextBridge.exposed[name] = api;
  },
};
