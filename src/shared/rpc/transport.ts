import type { Message } from './message';

/**
 * A pipe for messages between two processes. `onMessage` hands over what came in unchecked; client
 * and server check it. `send` throws 'too-large' where the pipe cannot carry the message and stays
 * open. Both `on...` return a function that stops listening.
 */
export interface Transport {
  send(message: Message): void;
  onMessage(listen: (message: unknown) => void): () => void;
  onClose(listen: () => void): () => void;
}
