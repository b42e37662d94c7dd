// One project's journal on the disk: a file that lines are only ever added to. A line counts once it
// is on the disk (fsync). A line that a power cut tore or that the disk damaged is set aside in
// `journal.damaged.jsonl` when the file is opened, and the rest is read.
import { appendFile, mkdir, open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { explainDiskError } from '../shared/explainDiskError';
import type { JournalEntry } from '../shared/journal';
import { replaceFile, syncFolder } from './durableFiles';
import { decodeLine, encodeLine } from './journalLine';
import { readLines, type Line } from './readLines';

/** About so much of a file is handed over at once. */
const batchBytes = 1024 * 1024;

export class JournalFile {
  readonly #path: string;
  readonly #ids = new Set<string>();
  #length = 0;
  #damaged = 0;
  #handle: FileHandle | null = null;
  /** An append that has not ended, or that failed and could not be taken back. */
  #unsaved: Buffer = nothing;

  private constructor(private readonly folder: string) {
    this.#path = path.join(folder, 'journal.jsonl');
  }

  /** Reads the journal of a folder, if there is one, and mends it. */
  static async open(folder: string): Promise<JournalFile> {
    const file = new JournalFile(folder);
    await file.#scan();
    return file;
  }

  get entries(): number {
    return this.#ids.size;
  }

  /** Lines that could not be read when the file was opened. */
  get damaged(): number {
    return this.#damaged;
  }

  /**
   * Adds the entries whose ids are new and returns once they are on the disk. When the disk refuses,
   * the file is as it was before, and a StudioError says why.
   */
  async append(entries: readonly JournalEntry[]): Promise<void> {
    try {
      const handle = await this.#current();
      const fresh = new Map<string, JournalEntry>();
      for (const entry of entries)
        if (!this.#ids.has(entry.id) && !fresh.has(entry.id)) fresh.set(entry.id, entry);
      if (fresh.size === 0) return;
      const bytes = Buffer.from([...fresh.values()].map(encodeLine).join(''));
      this.#unsaved = bytes;
      await handle.appendFile(bytes);
      await handle.sync();
      this.#unsaved = nothing;
      this.#length += bytes.length;
      for (const id of fresh.keys()) this.#ids.add(id);
    } catch (error) {
      // If even this fails, the next append tries again first, and so does the next opening.
      await this.#cutBack().catch(() => undefined);
      throw explainDiskError(error, this.#path);
    }
  }

  /** The entries from number `from` on, as they stand now, some at a time. */
  async *read(from: number): AsyncGenerator<JournalEntry[]> {
    if (this.#length === 0) return;
    const seen = new Set<string>();
    let batch: JournalEntry[] = [];
    let bytes = 0;
    for await (const line of readLines(this.#path, this.#length)) {
      const entry = decodeLine(line.bytes);
      if (!entry || seen.has(entry.id)) continue;
      seen.add(entry.id);
      if (seen.size <= from) continue;
      batch.push(entry);
      bytes += line.bytes.length;
      if (bytes < batchBytes) continue;
      yield batch;
      batch = [];
      bytes = 0;
    }
    if (batch.length > 0) yield batch;
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = null;
  }

  /** The open file, as this object knows it: what others have done to it meanwhile is read first. */
  async #current(): Promise<FileHandle> {
    await this.#cutBack();
    this.#handle ??= await this.#openForAppending();
    const { size, nlink } = await this.#handle.stat();
    if (size === this.#length && nlink > 0) return this.#handle;
    await this.close();
    this.#ids.clear();
    await this.#scan();
    this.#handle = await this.#openForAppending();
    return this.#handle;
  }

  async #openForAppending(): Promise<FileHandle> {
    const firstMade = await mkdir(this.folder, { recursive: true });
    const handle = await open(this.#path, 'a');
    if (this.#length > 0) return handle;
    // A new file is only safe once its name, and those of new folders above it, are on the disk.
    const top = firstMade ? path.dirname(firstMade) : this.folder;
    for (let folder = this.folder; ; folder = path.dirname(folder)) {
      await syncFolder(folder);
      if (folder === top) return handle;
    }
  }

  /**
   * Takes away what a failed append has left, and nothing that somebody else has written. Through a handle
   * of its own: Windows does not let one that adds cut.
   */
  async #cutBack(): Promise<void> {
    if (this.#unsaved.length === 0) return;
    const handle = await openToCut(this.#path);
    try {
      if (handle && (await this.#endsInUnsaved(handle))) {
        await handle.truncate(this.#length);
        await handle.sync();
      }
    } finally {
      await handle?.close();
    }
    this.#unsaved = nothing;
  }

  /** Whether the file ends, after what counts, in a first part of the append that failed. */
  async #endsInUnsaved(handle: FileHandle): Promise<boolean> {
    const { size } = await handle.stat();
    const left = size - this.#length;
    if (left <= 0 || left > this.#unsaved.length) return false;
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(left), 0, left, this.#length);
    return bytesRead === left && buffer.equals(this.#unsaved.subarray(0, left));
  }

  async #scan(): Promise<void> {
    const damaged: Line[] = [];
    let end = 0;
    for await (const line of readLines(this.#path)) {
      const entry = line.isWhole ? decodeLine(line.bytes) : null;
      if (entry) this.#ids.add(entry.id);
      else damaged.push(line);
      end = line.start + line.bytes.length + (line.isWhole ? 1 : 0);
    }
    this.#length = end;
    this.#damaged = damaged.length;
    if (damaged.length > 0) await this.#mend(damaged, end);
  }

  /** Takes the damaged lines out of the file, after they were copied to where they are kept. */
  async #mend(damaged: readonly Line[], end: number): Promise<void> {
    const aside = path.join(this.folder, 'journal.damaged.jsonl');
    for (const line of damaged) await appendFile(aside, Buffer.concat([line.bytes, newline]));
    const [first] = damaged;
    if (damaged.length === 1 && first && !first.isWhole) {
      // Only the tail is torn. Cutting it off needs no room, which a full disk would not have.
      this.#length = first.start;
      this.#unsaved = first.bytes;
      await this.#cutBack();
      return;
    }
    const bad = new Set(damaged.map((line) => line.start));
    this.#length = 0;
    await replaceFile(this.#path, async (temporary) => {
      const handle = await open(temporary, 'w');
      try {
        for await (const line of readLines(this.#path, end)) {
          if (bad.has(line.start)) continue;
          await handle.appendFile(Buffer.concat([line.bytes, newline]));
          this.#length += line.bytes.length + 1;
        }
      } finally {
        await handle.close();
      }
    });
  }
}

/** Null when there is no such file any more: then nothing is left to take away. */
async function openToCut(filePath: string): Promise<FileHandle | null> {
  try {
    return await open(filePath, 'r+');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

const nothing = Buffer.alloc(0);
const newline = Buffer.from('\n');
