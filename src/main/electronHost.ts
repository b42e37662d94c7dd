// What the desktop app does in its own way: the engine as a utility process, and a save dialog for an
// exported bundle.
import path from 'node:path';
import { app, dialog, utilityProcess, type BrowserWindow } from 'electron';
import type { AppFolder } from './appFolder';
import { copyWhole } from './durableFiles';
import type { BundleFile, Delivery, EngineChild, Host } from './host';
import { keepLastWords } from './lastWords';
import { engineEnvironment } from './nodeHost';
import { transportToChild } from './transports/processTransport';

/** The Host of the desktop app; `window` is the one that dialogs belong to, while there is one. */
export function createElectronHost(
  appFolder: AppFolder,
  dataFolder: string,
  window: () => BrowserWindow | null,
): Host {
  return {
    dataFolder,
    resourcesFolder: appFolder.resources,
    version: appFolder.version,
    startEngine: () =>
      startUtilityEngine(appFolder.engine, engineEnvironment(dataFolder, appFolder.resources)),
    deliver: (bundle) => saveBundle(bundle, window()),
  };
}

function startUtilityEngine(entry: string, environment: Record<string, string>): EngineChild {
  const child = utilityProcess.fork(entry, [], {
    serviceName: 'handful-engine',
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...environment },
  });
  const lastWords = keepLastWords(child.stderr);
  return {
    transport: transportToChild(child),
    kill: () => child.kill(),
    onExit: (listen) =>
      child.once('exit', (code) => listen({ code, signal: null, lastWords: lastWords() })),
  };
}

async function saveBundle(bundle: BundleFile, window: BrowserWindow | null): Promise<Delivery> {
  const options = {
    title: 'Save the classifier',
    defaultPath: path.join(app.getPath('downloads'), bundle.fileName),
    filters: [{ name: 'Classifier', extensions: ['zip'] }],
  };
  const { filePath } = window
    ? await dialog.showSaveDialog(window, options)
    : await dialog.showSaveDialog(options);
  if (!filePath) return { savedTo: null, url: null };
  await copyWhole(bundle.path, filePath);
  return { savedTo: filePath, url: null };
}
