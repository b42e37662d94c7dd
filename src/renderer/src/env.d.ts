/// <reference types="svelte" />
/// <reference types="vite/client" />

import type { Message } from '../../shared/rpc/message';

declare global {
  interface Window {
    /** One channel to the desktop app's main process, put there by the preload script. */
    readonly handful?: {
      send(message: Message): void;
      onMessage(listen: (message: unknown) => void): void;
    };
  }
}
