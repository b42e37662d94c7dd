// One end of a pipe, made of a way to send: who listens for messages, who for the close, and that
// nothing is sent after it. The transports beside this file add only what is theirs.
import type { Message } from '../../shared/rpc/message';
import type { Transport } from '../../shared/rpc/transport';

export interface End {
  readonly transport: Transport;
  /** Something came in. */
  readonly receive: (message: unknown) => void;
  /** The other side has gone; only the first call counts. */
  readonly close: () => void;
}

/** An open end that hands what is sent on it to `send`. */
export function openEnd(send: (message: Message) => void): End {
  const onMessage = new Set<(message: unknown) => void>();
  const onClose = new Set<() => void>();
  let open = true;
  return {
    transport: {
      send: (message) => {
        if (open) send(message);
      },
      onMessage: (listen) => {
        onMessage.add(listen);
        return () => onMessage.delete(listen);
      },
      onClose: (listen) => {
        onClose.add(listen);
        return () => onClose.delete(listen);
      },
    },
    receive: (message) => {
      if (open) for (const listen of onMessage) listen(message);
    },
    close: () => {
      if (!open) return;
      open = false;
      for (const listen of onClose) listen();
    },
  };
}
