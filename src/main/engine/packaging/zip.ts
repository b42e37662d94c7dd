// Zip archives: written a chunk at a time, read whole with every size bounded beforehand.
import { createHash } from 'node:crypto';
import { type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw } from 'node:zlib';
import { unzipSync, Zip, type ZipInputFile } from 'fflate';

/** Deflate, as zip numbers it. */
const compression = 8;

export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface ZipWriter {
  /** Adds a file and returns the hash and size of its content. */
  add(name: string, content: Chunks): Promise<{ sha256: string; bytes: number }>;
  /** Writes the table of contents; nothing may be added afterwards. */
  finish(): Promise<void>;
}

/** Writes an archive to an open file; what waits to be written never exceeds a chunk. */
export function createZipWriter(file: FileHandle, modified: Date): ZipWriter {
  let waiting: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    waiting.push(chunk);
  });
  const flush = async () => {
    const chunks = waiting;
    waiting = [];
    for (const chunk of chunks) await file.appendFile(chunk);
  };
  return {
    async add(name, content) {
      const hash = createHash('sha256');
      const entry: ZipInputFile = { filename: name, size: 0, crc: 0, compression, mtime: modified };
      zip.add(entry); // which gives the entry its `ondata`
      await pipeline(
        async function* () {
          for await (const chunk of content) {
            hash.update(chunk);
            entry.size += chunk.length;
            entry.crc = crc32(chunk, entry.crc);
            yield chunk;
          }
        },
        // Node's own deflate is twice as fast as one in JavaScript, and on another thread. Half-precision
        // weights shrink by a tenth at the price of seconds: a model is packed as it is.
        createDeflateRaw({ level: name.endsWith('.onnx') ? 0 : 1, chunkSize: 2 ** 18 }),
        async (packed: AsyncIterable<Uint8Array<ArrayBuffer>>) => {
          for await (const chunk of packed) {
            entry.ondata?.(null, chunk, false);
            await flush();
          }
        },
      );
      entry.ondata?.(null, new Uint8Array(), true);
      await flush();
      return { sha256: hash.digest('hex'), bytes: entry.size };
    },
    async finish() {
      zip.end();
      await flush();
    },
  };
}

const mostFiles = 256;
/** Unpacked bytes allowed for each byte of the archive: weights and text stay well below it. */
const mostExpansion = 20;
const alwaysAllowedBytes = 16 * 2 ** 20;

/** Why an archive is not unpacked; `file` is the entry at fault, if it is one entry's fault. */
export class ZipRefusal extends Error {
  constructor(
    message: string,
    readonly file?: string,
  ) {
    super(message);
  }
}

/**
 * Unpacks an archive into memory. Throws a ZipRefusal when it is none, when a name could leave the
 * folder it is unpacked in, or when the contents are out of proportion to the archive: all sizes
 * are checked before anything is unpacked, and no entry can outgrow its stated size.
 */
export function readZip(archive: Uint8Array): Map<string, Uint8Array> {
  const sizes = new Map<string, number>();
  const check: EntryFilter = ({ name, originalSize }) => {
    if (isFolder(name, originalSize)) return false;
    if (!isPlainPath(name)) throw new ZipRefusal('has a name that is not allowed', name);
    if (sizes.has(name)) throw new ZipRefusal('is in it twice', name);
    sizes.set(name, originalSize);
    if (sizes.size > mostFiles) throw new ZipRefusal(`has more than ${mostFiles} files`);
    return false;
  };
  unpack(archive, check);
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  if (total > Math.max(alwaysAllowedBytes, archive.length * mostExpansion))
    throw new ZipRefusal(`would unpack to ${total} bytes, far more than its size explains`);
  return new Map(Object.entries(unpack(archive, ({ name }) => sizes.has(name))));
}

type EntryFilter = (entry: { name: string; originalSize: number }) => boolean;

function unpack(archive: Uint8Array, filter: EntryFilter): Record<string, Uint8Array> {
  try {
    return unzipSync(archive, { filter });
  } catch (error) {
    if (error instanceof ZipRefusal) throw error;
    throw new ZipRefusal('is not a zip file, or only a part of one');
  }
}

/** Zip programs add an empty entry for a folder. */
const isFolder = (name: string, size: number) =>
  size === 0 && name.endsWith('/') && isPlainPath(name.slice(0, -1));

/** Relative, with forward slashes and of plain characters: `onnx/model.onnx`, never `../x`. */
function isPlainPath(name: string): boolean {
  return name.split('/').every((part) => /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(part));
}
