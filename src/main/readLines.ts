// The lines of a file as bytes, in memory one chunk at a time.
import { open } from 'node:fs/promises';

export interface Line {
  /** Byte at which the line starts. */
  readonly start: number;
  /** Without the newline. */
  readonly bytes: Buffer;
  /** False for a last line that no newline ends. */
  readonly isWhole: boolean;
}

const chunkBytes = 1024 * 1024;
const newline = 0x0a;

/** The lines of the first `end` bytes of a file; none when there is no such file. */
export async function* readLines(filePath: string, end = Infinity): AsyncGenerator<Line> {
  const handle = await open(filePath, 'r').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (!handle) return;
  try {
    let start = 0;
    let position = 0;
    let pieces: Buffer[] = []; // of the line that is not yet whole
    for (;;) {
      const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, end - position));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      let rest = chunk.subarray(0, bytesRead);
      for (let at = rest.indexOf(newline); at >= 0; at = rest.indexOf(newline)) {
        const bytes = Buffer.concat([...pieces, rest.subarray(0, at)]);
        yield { start, bytes, isWhole: true };
        start += bytes.length + 1;
        pieces = [];
        rest = rest.subarray(at + 1);
      }
      if (rest.length > 0) pieces.push(rest);
    }
    if (pieces.length > 0) yield { start, bytes: Buffer.concat(pieces), isWhole: false };
  } finally {
    await handle.close();
  }
}
