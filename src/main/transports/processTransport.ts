// Messages between a process and its child, both ends. A child is Node's (fork) or Electron's
// (utilityProcess); which one it was, nobody above this file can tell.
import type { ChildProcess } from 'node:child_process';
import type { Transport } from '../../shared/rpc/transport';
import { openEnd } from './ends';

/** As much of Electron's UtilityProcess as a transport needs; Electron itself is not imported here. */
export interface UtilityChild {
  postMessage(message: unknown): void;
  on(event: 'message', listen: (message: unknown) => void): unknown;
  once(event: 'exit', listen: (code: number) => void): unknown;
}

/** As much of `process.parentPort` as a transport needs: it exists in an Electron utility process. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listen: (event: { data: unknown }) => void): unknown;
}

/**
 * The parent's end. What is sent before the child listens waits for it; what is sent after the child
 * has gone is dropped, since `onClose` has then told everyone. A Node child must have been forked
 * with `serialization: 'advanced'`.
 */
export function transportToChild(child: ChildProcess | UtilityChild): Transport {
  if ('postMessage' in child) {
    const end = openEnd((message) => child.postMessage(message));
    child.on('message', end.receive);
    child.once('exit', end.close);
    return end.transport;
  }
  const end = openEnd((message) => {
    if (child.connected) child.send(message, ignoreLateError);
  });
  child.on('message', end.receive);
  // 'disconnect' comes after the last message that the child could send; 'exit' may come before it.
  child.once('disconnect', end.close);
  return end.transport;
}

/**
 * The child's end, in a process that `fork` or `utilityProcess.fork` started. It closes when the
 * parent goes, however that happened; the child should then end itself. (Electron ends a utility
 * process together with the app, so there it never closes.)
 */
export function transportToParent(): Transport {
  const port = (process as { parentPort?: ParentPort }).parentPort;
  if (port) {
    const end = openEnd((message) => port.postMessage(message));
    port.on('message', ({ data }) => end.receive(data));
    return end.transport;
  }
  const end = openEnd((message) => {
    if (process.connected) process.send?.(message, undefined, undefined, ignoreLateError);
  });
  process.on('message', end.receive);
  process.once('disconnect', end.close);
  return end.transport;
}

/** A send that failed because the other side just went: the close follows and says so. */
const ignoreLateError = () => undefined;
