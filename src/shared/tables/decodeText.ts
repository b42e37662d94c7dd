// Bytes -> text: byte order mark, then strict UTF-8, then what the bytes look like.
import { analyse } from 'chardet';
import { StudioError } from '../errors';
import { badTable, counted } from './table';

export interface DecodedText {
  text: string;
  encoding: string;
  notes: string[];
}

/** How people call an encoding; each name is understood by TextDecoder too. */
const displayNames = new Map([
  ['utf-8', 'UTF-8'],
  ['utf-16le', 'UTF-16LE'],
  ['utf-16be', 'UTF-16BE'],
  ['gb18030', 'GB18030'],
  ['gbk', 'GB18030'],
  ['big5', 'Big5'],
  ['shift_jis', 'Shift-JIS'],
  ['euc-jp', 'EUC-JP'],
  ['euc-kr', 'EUC-KR'],
  ['koi8-r', 'KOI8-R'],
  ['macintosh', 'Macintosh'],
]);
const displayName = (encoding: string) =>
  displayNames.get(encoding) ?? encoding.replace(/^windows/, 'Windows').replace(/^iso/, 'ISO');

/**
 * The text of a file without its byte order mark and without null characters. `encoding` overrides
 * the guess. Ends with 'bad-table' when the bytes are no text.
 */
export function decodeText(bytes: Uint8Array, fileName: string, encoding?: string): DecodedText {
  const chosen = encoding === undefined ? guessEncoding(bytes) : knownEncoding(encoding);
  const text = decode(bytes, chosen);
  refuseBinary(text, fileName);
  const notes: string[] = [];
  const nulls = count(text, '\0');
  if (nulls > 0) notes.push(`${counted(nulls, 'null character')} removed.`);
  const unreadable = count(text, '\uFFFD');
  if (unreadable > 0)
    notes.push(
      `${counted(unreadable, 'character')} could not be read as ${displayName(chosen)} and ${unreadable === 1 ? 'is' : 'are'} shown as \uFFFD.`,
    );
  if (looksGarbled(text))
    notes.push(
      'Some letters look garbled, for instance "Ã©" for "é": the file was probably saved in a wrong encoding before.',
    );
  return {
    text: nulls > 0 ? text.replaceAll('\0', '') : text,
    encoding: displayName(chosen),
    notes,
  };
}

/** What Windows-1252 has at 0x80 to 0x9F, where ISO-8859-1 has control characters. */
const windows1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8DŽ\x8F\x90‘’“”•–—˜™š›œ\x9DžŸ';

function decode(bytes: Uint8Array, encoding: string): string {
  const text = new TextDecoder(encoding).decode(bytes);
  // Several versions of Node decode Windows-1252 as if it were ISO-8859-1.
  return encoding === 'windows-1252'
    ? text.replace(/[\x80-\x9F]/g, (control) => windows1252[control.charCodeAt(0) - 0x80] ?? '')
    : text;
}

function knownEncoding(label: string): string {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    throw new StudioError(
      'bad-request',
      `"${label}" is not a text encoding that is known here. Try utf-8, utf-16le, windows-1252, gb18030, shift-jis or euc-kr.`,
    );
  }
}

function guessEncoding(bytes: Uint8Array): string {
  if (startsWith(bytes, [0xef, 0xbb, 0xbf])) return 'utf-8';
  if (startsWith(bytes, [0xff, 0xfe])) return 'utf-16le';
  if (startsWith(bytes, [0xfe, 0xff])) return 'utf-16be';
  const utf16 = guessUtf16(bytes);
  if (utf16) return utf16;
  if (decodes(bytes, 'utf-8')) return 'utf-8';
  if (isDamagedUtf8(bytes)) return 'utf-8';
  return guessLegacy(bytes);
}

/** What the statistics of chardet say, mended where short or Western texts mislead them. */
function guessLegacy(bytes: Uint8Array): string {
  const sample = linesBeyondAscii(bytes);
  const candidates = analyse(sample)
    .map(({ name, confidence }) => ({ encoding: name.toLowerCase(), confidence }))
    .filter(({ encoding }) => encoding !== 'ascii' && !encoding.startsWith('utf-'))
    .filter(({ encoding }) => decodes(bytes, encoding))
    .map((each) => ({ ...each, encoding: new TextDecoder(each.encoding).encoding }));
  const [best] = candidates;
  if ((!best || best.confidence < 30) && isDoubleByte(sample) && decodes(bytes, 'gb18030'))
    return 'gb18030';
  const western = candidates.find(({ encoding }) => encoding === 'windows-1252');
  const isWestern = !best || (western && western.confidence >= best.confidence - 10);
  if (!isWestern) return best.encoding;
  // Bytes that Windows-1252 leaves free are é, è or ç in files saved on an old Mac.
  const isMac = sample.some((byte) => [0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(byte));
  return isMac && decodes(bytes, 'macintosh') ? 'macintosh' : 'windows-1252';
}

/** In Western texts bytes beyond ASCII stand alone; in Chinese and Korean they come in pairs. */
function isDoubleByte(bytes: Uint8Array): boolean {
  const runs: number[] = [];
  let run = 0;
  for (const byte of [...bytes, 0]) {
    if (byte >= 0x80) run++;
    else if (run > 0) {
      runs.push(run);
      run = 0;
    }
  }
  const mean = runs.reduce((sum, length) => sum + length, 0) / Math.max(1, runs.length);
  return mean >= 4 && runs.every((length) => length % 2 === 0);
}

const startsWith = (bytes: Uint8Array, start: number[]) => start.every((b, i) => bytes[i] === b);

function decodes(bytes: Uint8Array, encoding: string): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false; // an encoding that TextDecoder does not know, or bytes that do not fit it
  }
}

/**
 * UTF-16 without a mark: spaces, digits, commas and newlines leave zeros at one parity, even in
 * Chinese or Japanese text.
 */
function guessUtf16(bytes: Uint8Array): string | null {
  const sample = bytes.subarray(0, 65_536 - (bytes.length % 2));
  const zeros = [0, 0];
  for (let i = 0; i < sample.length; i++)
    if (sample[i] === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (bytes.length % 2 === 1 || even + odd < sample.length / 100) return null;
  const encoding = even <= odd / 5 ? 'utf-16le' : odd <= even / 5 ? 'utf-16be' : null;
  if (!encoding || !decodes(bytes, encoding)) return null;
  const text = new TextDecoder(encoding).decode(sample);
  return controlShare(text) < 0.01 ? encoding : null;
}

/** Mostly well-formed UTF-8 beyond ASCII, with a broken byte here and there. */
function isDamagedUtf8(bytes: Uint8Array): boolean {
  const text = new TextDecoder('utf-8').decode(bytes);
  const broken = count(text, '\uFFFD');
  let beyondAscii = 0;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) beyondAscii++;
  return beyondAscii - broken >= 10 * broken;
}

/** The parts that tell encodings apart, up to 64 KB: statistics over the rest would only dilute. */
function linesBeyondAscii(bytes: Uint8Array): Uint8Array {
  const kept: number[] = [];
  let lineStart = 0;
  for (let i = 0; i < bytes.length && kept.length < 65_536; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === 0x0a) lineStart = i + 1;
    if (byte < 0x80) continue;
    const newline = bytes.indexOf(0x0a, i);
    const lineEnd = newline === -1 ? bytes.length : newline + 1;
    const start = Math.max(lineStart, i - 64);
    kept.push(...bytes.subarray(start, Math.min(lineEnd, i + 4096)));
    i = lineEnd - 1;
    lineStart = lineEnd;
  }
  return Uint8Array.from(kept);
}

function refuseBinary(text: string, fileName: string): void {
  const sample = text.slice(0, 65_536);
  const nulls = count(sample, '\0') / Math.max(1, sample.length);
  const unreadable = count(sample, '\uFFFD') / Math.max(1, sample.length);
  if (nulls > 0.1 || unreadable > 0.2 || controlShare(sample) > 0.02)
    throw badTable(
      fileName,
      'is not a table: its bytes are no text in any known encoding. Open a CSV, TSV, JSONL, Excel (.xlsx) or text file.',
    );
}

/** The share of characters that no text contains: C0 and C1 controls other than white space and null. */
function controlShare(text: string): number {
  let controls = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0 && (code < 0x09 || (code > 0x0d && code < 0x20 && code !== 0x1b))) controls++;
    else if (code >= 0x7f && code < 0xa0 && code !== 0x85) controls++;
  }
  return controls / Math.max(1, text.length);
}

/** UTF-8 that was once read as Windows-1252 and saved again. */
function looksGarbled(text: string): boolean {
  const found = text.slice(0, 1_000_000).match(/Ã[©¨¼¶¤±³¡­\u009f]|â€[™œ\u009d“”]/g);
  return found !== null && found.length >= 3;
}

function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) found++;
  return found;
}
