import type { Transport } from './transport';

/** A joined pair of transports in one process, for tests and demos; copies like a real one does. */
export function memoryTransports(): { left: Transport; right: Transport; close: () => void } {
  const ends = [
    { message: new Set<(m: unknown) => void>(), close: new Set<() => void>() },
    { message: new Set<(m: unknown) => void>(), close: new Set<() => void>() },
  ] as const;
  let open = true;
  const end = (own: (typeof ends)[number], other: (typeof ends)[number]): Transport => ({
    send(message) {
      if (!open) return;
      const copy: unknown = JSON.parse(JSON.stringify(message));
      queueMicrotask(() => {
        for (const listen of other.message) listen(copy);
      });
    },
    onMessage(listen) {
      own.message.add(listen);
      return () => own.message.delete(listen);
    },
    onClose(listen) {
      own.close.add(listen);
      return () => own.close.delete(listen);
    },
  });
  return {
    left: end(ends[0], ends[1]),
    right: end(ends[1], ends[0]),
    close() {
      open = false;
      for (const { close } of ends) for (const listen of close) listen();
    },
  };
}
