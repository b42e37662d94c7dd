// What the hosts (Electron, browser, command line) do differently, and nowhere else do they differ.
import type { Transport } from '../shared/rpc/transport';

/** How an engine process ended, with the last words it wrote to its error output. */
export interface EngineEnding {
  readonly code: number | null;
  readonly signal: string | null;
  readonly lastWords: string;
}

/** A started engine process. */
export interface EngineChild {
  readonly transport: Transport;
  kill(): void;
  /** Called once, after the process has ended. */
  onExit(listen: (ending: EngineEnding) => void): void;
}

/** An exported classifier on the disk. */
export interface BundleFile {
  readonly runId: string;
  readonly path: string;
  readonly fileName: string;
}

/** Where a bundle went: a file that the user chose (null: changed their mind), or an address. */
export interface Delivery {
  savedTo: string | null;
  url: string | null;
}

export interface Host {
  /** Absolute folder of projects, runs and exports; the user's own. */
  readonly dataFolder: string;
  /** Absolute folder of encoders and samples; read only. */
  readonly resourcesFolder: string;
  readonly version: string;
  startEngine(): EngineChild;
  deliver(bundle: BundleFile): Promise<Delivery>;
}
