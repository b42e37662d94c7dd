// What the hosts without Electron (browser, command line) have in common: the folders, and the
// engine as a child process of Node.
import { fork } from 'node:child_process';
import type { AppFolder } from './appFolder';
import type { EngineChild, Host } from './host';
import { keepLastWords } from './lastWords';
import { transportToChild } from './transports/processTransport';

/** All of a Host but how it hands over a bundle. */
export function createNodeHost(app: AppFolder, dataFolder: string): Omit<Host, 'deliver'> {
  return {
    dataFolder,
    resourcesFolder: app.resources,
    version: app.version,
    startEngine: () => forkEngine(app.engine, engineEnvironment(dataFolder, app.resources)),
  };
}

/** How the engine's process learns its folders. */
export const engineEnvironment = (
  dataFolder: string,
  resourcesFolder: string,
): Record<string, string> => ({
  HANDFUL_DATA: dataFolder,
  HANDFUL_RESOURCES: resourcesFolder,
});

/** Starts `entry` in a Node process of its own. Its standard output is not ours to print. */
export function forkEngine(entry: string, environment: Record<string, string>): EngineChild {
  const child = fork(entry, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, ...environment },
    execArgv: [],
  });
  const lastWords = keepLastWords(child.stderr);
  // A process that could not be started says so here; 'disconnect' and 'close' follow.
  let failure = '';
  child.on('error', ({ message }) => (failure = message));
  return {
    transport: transportToChild(child),
    kill: () => child.kill('SIGKILL'),
    onExit: (listen) =>
      child.once('close', (code, signal) =>
        listen({ code, signal, lastWords: lastWords() || failure }),
      ),
  };
}
