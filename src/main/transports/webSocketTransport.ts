// The browser host's pipe: one WebSocket per open page, one JSON message per text frame. Who may
// connect is decided by whoever accepts; this file is the only one that knows of `ws`.
import type { IncomingMessage, Server } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { toStudioError } from '../../shared/errors';
import type { Message } from '../../shared/rpc/message';
import { encodeMessage, messageLimitBytes } from '../../shared/rpc/messageSize';
import type { Transport } from '../../shared/rpc/transport';
import { openEnd } from './ends';

/** Close codes of RFC 6455, section 7.4.1. */
const unsupportedData = 1003;
const invalidPayload = 1007;

/**
 * Turns every upgrade request that `refuse` lets pass into a transport. `refuse` returns null, or
 * the HTTP status line to refuse with. Returns a function that closes all connections.
 */
export function acceptWebSockets(
  server: Server,
  refuse: (request: IncomingMessage) => string | null,
  accept: (transport: Transport) => void,
): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: messageLimitBytes });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const refusal = refuse(request);
    if (refusal) {
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (open) => accept(webSocketTransport(open)));
  });
  return () => {
    for (const open of sockets.clients) open.terminate();
    sockets.close();
  };
}

/** The server's end of an open WebSocket. A frame that is not JSON text ends the connection. */
export function webSocketTransport(socket: WebSocket): Transport {
  const end = openEnd((message) => {
    if (socket.readyState === socket.OPEN) socket.send(frame(message));
  });
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary) return socket.close(unsupportedData);
    try {
      end.receive(JSON.parse(data.toString('utf8')));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      socket.close(invalidPayload);
    }
  });
  // An error (a frame too large, a broken connection) is always followed by 'close'.
  socket.on('error', () => undefined);
  socket.on('close', end.close);
  return end.transport;
}

/** A value too large for a frame fails its own call; everything else on the connection goes on. */
function frame(message: Message): string {
  try {
    return encodeMessage(message);
  } catch (error) {
    const { code, message: text, details } = toStudioError(error);
    return JSON.stringify({
      type: 'error',
      id: message.id,
      error: { code, message: text, details },
    } satisfies Message);
  }
}
