// Which encoders are there: those that come with Handful and those that the user has added.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../../shared/errors';
import { openEncoder, type Encoder } from './encoder';

export class EncoderCatalog {
  readonly #open = new Map<string, Promise<Encoder>>();

  /** `folders`: each holds a folder for every encoder; the first that has a name counts. */
  constructor(private readonly folders: readonly string[]) {}

  /** Folder names of all encoders, in alphabetical order. */
  async ids(): Promise<string[]> {
    const found = await Promise.all(
      this.folders.map(async (folder) => {
        const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
        return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
      }),
    );
    return [...new Set(found.flat())].sort();
  }

  /** All that can be opened: one that is damaged hides none of the others. Throws when none can. */
  async usable(): Promise<Encoder[]> {
    const tried = await Promise.allSettled((await this.ids()).map((id) => this.open(id)));
    const [failure] = tried.flatMap((each) => (each.status === 'rejected' ? [each] : []));
    const opened = tried.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    if (failure && opened.length === 0) throw failure.reason;
    return opened;
  }

  /** Throws 'encoder-missing' or 'encoder-damaged', naming what is wrong. */
  open(id: string): Promise<Encoder> {
    const known = this.#open.get(id);
    if (known) return known;
    const opening = this.#find(id);
    this.#open.set(id, opening);
    // Not kept when it fails: the user may put the file right and try again.
    opening.catch(() => this.#open.delete(id));
    return opening;
  }

  async #find(id: string): Promise<Encoder> {
    if (!(await this.ids()).includes(id))
      throw new StudioError(
        'encoder-missing',
        `There is no encoder "${id}". Choose another one, or copy its folder to "${this.folders.at(-1) ?? ''}".`,
      );
    for (const folder of this.folders) {
      const names: string[] = await readdir(folder).catch(() => []);
      if (names.includes(id)) return openEncoder(path.join(folder, id));
    }
    throw new StudioError('internal', `The encoder "${id}" vanished.`);
  }
}
