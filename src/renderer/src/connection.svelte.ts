// The studio as it is reachable now. A lost connection is opened again with growing pauses; whoever
// wants to call asks for `studio` each time and so always gets the newest client.
import { studioContract, type Studio } from '../../shared/contract';
import { StudioError } from '../../shared/errors';
import { createClient } from '../../shared/rpc/client';
import type { Transport } from '../../shared/rpc/transport';

export type ConnectionState = 'connecting' | 'open' | 'lost';

const firstPauseMs = 300;
const longestPauseMs = 5000;

export class Connection {
  #studio: Studio | undefined = $state.raw();
  #state = $state<ConnectionState>('connecting');
  #pauseMs = firstPauseMs;

  constructor(
    readonly openTransport: () => Promise<Transport>,
    readonly events: { opened(): void; lost(): void },
  ) {}

  get state(): ConnectionState {
    return this.#state;
  }

  /** The newest client; throws 'disconnected' before the first connection. */
  get studio(): Studio {
    if (!this.#studio)
      throw new StudioError('disconnected', 'The studio has not been reached yet.');
    return this.#studio;
  }

  async open(): Promise<void> {
    try {
      const transport = await this.openTransport();
      transport.onClose(() => this.#lose());
      this.#studio = createClient(studioContract, transport);
      this.#state = 'open';
      this.#pauseMs = firstPauseMs;
      this.events.opened();
    } catch {
      this.#lose();
    }
  }

  #lose(): void {
    this.#state = 'lost';
    this.events.lost();
    setTimeout(() => void this.open(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
  }
}
