// Where a run is kept: <data>/runs/<runId>/ with task.safetensors (what was learned), summary.json and
// golden.json (texts for the exported classifier to be tested on).
import { access, mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { StudioError } from '../../shared/errors';
import { RunSummary } from '../../shared/events';

const Golden = v.array(v.string());

export class RunFolder {
  readonly path: string;

  constructor(dataFolder: string, runId: string) {
    if (!/^[A-Za-z0-9-]{1,64}$/.test(runId))
      throw new StudioError('bad-request', `"${runId}" cannot be the name of a run.`);
    this.path = path.join(dataFolder, 'runs', runId);
  }

  get learnedFile(): string {
    return path.join(this.path, 'task.safetensors');
  }

  async create(): Promise<void> {
    await mkdir(this.path, { recursive: true });
  }

  /** The summary is written last: a run with a summary is complete. */
  async complete(summary: RunSummary, goldenTexts: readonly string[]): Promise<void> {
    await this.#write('golden.json', goldenTexts);
    await this.#write('summary.json', summary);
  }

  /** Throws 'classifier-missing' when the run is not there or was never finished. */
  async summary(): Promise<RunSummary> {
    return v.parse(RunSummary, await this.#read('summary.json'));
  }

  async goldenTexts(): Promise<string[]> {
    return v.parse(Golden, await this.#read('golden.json'));
  }

  /** Throws 'classifier-missing' when nothing that was learned is kept here. */
  async requireLearned(): Promise<void> {
    await access(this.learnedFile).catch(() => {
      throw this.#missing();
    });
  }

  #missing(): StudioError {
    return new StudioError(
      'classifier-missing',
      `The trained classifier "${path.basename(this.path)}" is not on this computer. Train again.`,
    );
  }

  async #read(name: string): Promise<unknown> {
    const text = await readFile(path.join(this.path, name), 'utf8').catch(() => {
      throw this.#missing();
    });
    return JSON.parse(text);
  }

  async #write(name: string, value: unknown): Promise<void> {
    const file = path.join(this.path, name);
    const handle = await open(`${file}.new`, 'w');
    try {
      await handle.writeFile(JSON.stringify(value));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(`${file}.new`, file);
  }
}
