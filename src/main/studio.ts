// The studio, put together: the engine's calls forwarded to its process, the journal and the files.
import type { Studio } from '../shared/contract';
import { EngineProcess } from './engineProcess';
import { createFiles } from './files';
import type { Host } from './host';
import { Journal } from './journal';

export interface OpenStudio {
  readonly studio: Studio;
  /** Ends the engine and closes all files. */
  close(): Promise<void>;
}

export function createStudio(host: Host): OpenStudio {
  const engine = new EngineProcess(() => host.startEngine());
  const journal = new Journal(host.dataFolder);
  return {
    studio: { ...engine.engine, journal, files: createFiles(host) },
    async close() {
      await engine.close();
      await journal.close();
    },
  };
}
