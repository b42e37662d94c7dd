// How the screen reaches its studio: through the preload's channel in the desktop app, else through
// a WebSocket to where the page came from. What it hands out is a transport and nothing more.
import { StudioError } from '../../shared/errors';
import type { Message } from '../../shared/rpc/message';
import { encodeMessage } from '../../shared/rpc/messageSize';
import type { Transport } from '../../shared/rpc/transport';

type Bridge = NonNullable<Window['handful']>;

const tokenKey = 'handful-token';
const answerMs = 3000;

/**
 * A function that opens a fresh transport. It rejects with 'disconnected' where nobody answers, and
 * with 'no-permission' where this window is refused: its token is another studio's, or it has none.
 */
export function findStudio(window: Window): () => Promise<Transport> {
  const bridge = window.handful;
  if (bridge) return () => Promise.resolve(bridgeTransport(bridge));
  const { location, sessionStorage } = window;
  const token = takeToken(window) ?? sessionStorage.getItem(tokenKey) ?? '';
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const address = `${scheme}://${location.host}/studio?token=${encodeURIComponent(token)}`;
  return () => openSocket(address);
}

/** The token of the address bar, moved to where neither history nor a screenshot shows it. */
function takeToken({ location, history, sessionStorage }: Window): string | null {
  const url = new URL(location.href);
  const token = url.searchParams.get('token');
  if (token === null) return null;
  sessionStorage.setItem(tokenKey, token);
  url.searchParams.delete('token');
  history.replaceState(history.state, '', url);
  return token;
}

function bridgeTransport(bridge: Bridge): Transport {
  const listeners = new Set<(message: unknown) => void>();
  bridge.onMessage((message) => {
    for (const listen of listeners) listen(message);
  });
  return {
    send: (message) => bridge.send(message),
    onMessage(listen) {
      listeners.add(listen);
      return () => listeners.delete(listen);
    },
    // The channel lives as long as the window does.
    onClose: () => () => undefined,
  };
}

function openSocket(address: string): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address);
    socket.onopen = () => resolve(socketTransport(socket));
    socket.onerror = () => void whyNot().then(reject);
  });
}

/** Browsers do not tell a page why a socket failed; that somebody answers says that it was refused. */
async function whyNot(): Promise<StudioError> {
  try {
    await fetch('/', { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(answerMs) });
    return new StudioError(
      'no-permission',
      'This window may not talk to Handful any more. Open Handful at the address that it printed, or start it again.',
    );
  } catch {
    return new StudioError(
      'disconnected',
      'Handful is switched off. Start it again, and this window goes on by itself.',
    );
  }
}

function socketTransport(socket: WebSocket): Transport {
  return {
    send(message: Message) {
      if (socket.readyState === WebSocket.OPEN) socket.send(encodeMessage(message));
    },
    onMessage(listen) {
      const receive = ({ data }: MessageEvent<string>) => listen(parse(data));
      socket.addEventListener('message', receive);
      return () => socket.removeEventListener('message', receive);
    },
    onClose(listen) {
      socket.addEventListener('close', listen);
      return () => socket.removeEventListener('close', listen);
    },
  };
}

/** A frame as JSON; undefined, which fits no message, when it is none. */
function parse(frame: string): unknown {
  try {
    return JSON.parse(frame) as unknown;
  } catch {
    return undefined;
  }
}
