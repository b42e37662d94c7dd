// An engine of one command's own: its process, and a folder that is gone when the command ends.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Engine } from '../../shared/contract';
import { explainDiskError } from '../../shared/explainDiskError';
import { findAppFolder } from '../appFolder';
import { EngineProcess } from '../engineProcess';
import { createNodeHost } from '../nodeHost';

export interface OpenEngine {
  readonly engine: Engine;
  /** Folder in which the engine keeps runs and exports. */
  readonly dataFolder: string;
}

/** Runs `use` with an engine; ends the engine and removes its folder, whatever happens. */
export async function withEngine<T>(use: (open: OpenEngine) => Promise<T>): Promise<T> {
  const dataFolder = await mkdtemp(path.join(os.tmpdir(), 'handful-')).catch((error: unknown) => {
    throw explainDiskError(error, os.tmpdir());
  });
  const host = createNodeHost(findAppFolder(), dataFolder);
  const engineProcess = new EngineProcess(() => host.startEngine());
  try {
    return await use({ engine: engineProcess.engine, dataFolder });
  } finally {
    await engineProcess.close();
    await rm(dataFolder, { recursive: true, force: true });
  }
}
