// A file or pasted text that waits for its preview, from wherever it came.
import { StudioError } from '../../shared/errors';
import { checkTableSize } from '../../shared/tables/table';

export interface TableSource {
  name: string;
  bytes: Uint8Array;
  /** The project that it was meant to be added to; null for a new one. */
  projectId: string | null;
  /** False where labels that the table has are for looking up and not for taking over: the sample. */
  takesLabels: boolean;
}

export class Imports {
  #source = $state.raw<TableSource | null>(null);

  /** What the preview shows; null when there is nothing to import. */
  get source(): TableSource | null {
    return this.#source;
  }

  async openFile(file: File, projectId: string | null): Promise<void> {
    this.#source = { name: file.name, bytes: await readBytes(file), projectId, takesLabels: true };
  }

  /** Rows copied from a spreadsheet have tabs between their cells; anything else is lines. */
  openPasted(text: string, projectId: string | null): void {
    const name = text.includes('\t') ? 'Pasted rows.tsv' : 'Pasted lines.txt';
    this.#source = { name, bytes: encode(text), projectId, takesLabels: true };
  }

  /** A table that comes with Handful; its labels are left for the user to give. */
  openSample(text: string, name: string): void {
    this.#source = { name, bytes: encode(text), projectId: null, takesLabels: false };
  }

  close(): void {
    this.#source = null;
  }
}

const encode = (text: string) => new TextEncoder().encode(text);

/** All of the file, or an error that names it: a dropped folder looks like a file until it is read. */
export async function readBytes(file: File): Promise<Uint8Array> {
  checkTableSize(file.name, file.size);
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new StudioError(
      'bad-table',
      `"${file.name}" cannot be read: it is a folder, or it was moved or deleted meanwhile.`,
    );
  }
}
