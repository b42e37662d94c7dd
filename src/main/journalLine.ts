// One entry as one line: `{"check":"<16 hex>","entry":<JSON>}\n`. The line is JSON for any tool; the
// check, the first 8 bytes of SHA-256, is over the entry's bytes exactly as they stand in the line.
import { createHash } from 'node:crypto';
import type { JournalEntry } from '../shared/journal';

const before = '{"check":"';
const between = '","entry":';
const checkEnd = before.length + 16;
const entryStart = checkEnd + between.length;

const checkOf = (entry: Buffer | string): string =>
  createHash('sha256').update(entry).digest('hex').slice(0, 16);

/** The line of an entry, newline included. */
export function encodeLine(entry: JournalEntry): string {
  const json = JSON.stringify(entry);
  return `${before}${checkOf(json)}${between}${json}}\n`;
}

/** The entry of a line (without its newline), or null when a byte of the line is not as written. */
export function decodeLine(line: Buffer): JournalEntry | null {
  const entry = line.subarray(entryStart, -1);
  const frame = `${before}${checkOf(entry)}${between}`;
  if (line.toString('latin1', 0, entryStart) !== frame || line.at(-1) !== 0x7d) return null;
  return JSON.parse(entry.toString('utf8')) as JournalEntry;
}
