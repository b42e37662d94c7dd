// The studio as it is reachable now. A lost connection is opened again with growing pauses; whoever
// wants to call asks for `studio` each time and so always gets the newest client.
import { studioContract, type Studio } from '../../shared/contract';
import { StudioError, toStudioError } from '../../shared/errors';
import { createClient } from '../../shared/rpc/client';
import type { Transport } from '../../shared/rpc/transport';

export type ConnectionState = 'connecting' | 'open' | 'lost';

const firstPauseMs = 300;
const longestPauseMs = 5000;

export class Connection {
  #studio: Studio | undefined = $state.raw();
  #state = $state<ConnectionState>('connecting');
  #problem = $state.raw<StudioError | null>(null);
  #pauseMs = firstPauseMs;

  constructor(
    readonly openTransport: () => Promise<Transport>,
    readonly events: { opened(): void; lost(): void },
  ) {}

  get state(): ConnectionState {
    return this.#state;
  }

  /** Why it could not be opened when that was tried last; null while it is open or just lost. */
  get problem(): StudioError | null {
    return this.#problem;
  }

  /** The newest client; throws the problem, where there is one. */
  get studio(): Studio {
    if (this.#problem) throw this.#problem;
    if (!this.#studio) throw new StudioError('disconnected', 'Handful has not been reached yet.');
    return this.#studio;
  }

  async open(): Promise<void> {
    try {
      const transport = await this.openTransport();
      transport.onClose(() => this.#lose());
      this.#studio = createClient(studioContract, transport);
      this.#state = 'open';
      this.#problem = null;
      this.#pauseMs = firstPauseMs;
      this.events.opened();
    } catch (error) {
      this.#problem = toStudioError(error);
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
