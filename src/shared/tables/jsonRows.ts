// JSON -> rows: an array of objects, or one object a line (JSONL). Columns are the union of the
// keys, in the order of their first appearance; nested objects become `outer.inner`.
import { badTable } from './table';

type Fields = Map<string, string>;

/** Header and rows of a JSON text; ends with 'bad-table' that names the broken line. */
export function readJson(text: string, fileName: string): string[][] {
  const value = parseWhole(text, fileName);
  const entries = Array.isArray(value) ? (value as unknown[]) : listInside(value);
  if (!entries)
    throw badTable(
      fileName,
      'is JSON, but not a list. It has to be a list of objects, each with its text, or one such object on each line.',
    );
  return toRows(entries.map(fieldsOf), fileName);
}

/** Header and rows of one JSON object a line; ends with 'bad-table' that names the broken line. */
export function readJsonLines(text: string, fileName: string): string[][] {
  const entries: Fields[] = [];
  for (const [i, line] of text.split(/\r\n?|\n/).entries()) {
    if (line.trim() === '') continue;
    try {
      entries.push(fieldsOf(JSON.parse(line)));
    } catch {
      throw brokenAt(fileName, i + 1);
    }
  }
  return toRows(entries, fileName);
}

/** True when the first two lines that are not blank are a whole JSON object each. */
export function looksLikeJsonLines(text: string): boolean {
  const lines = text
    .slice(0, 20_000_000)
    .split(/\r\n?|\n/, 50)
    .filter((line) => line.trim() !== '')
    .slice(0, 2);
  return lines.length === 2 && lines.every((line) => line.trim().startsWith('{') && parses(line));
}

export function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function parseWhole(text: string, fileName: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw brokenAt(fileName, brokenLine(text));
  }
}

const brokenAt = (fileName: string, line: number) =>
  badTable(
    fileName,
    `is broken at line ${line.toLocaleString('en-US')}: what stands there is not JSON. Mend or remove that entry, then open the file again.`,
  );

/**
 * Where a list stops being JSON: the line of the first entry that cannot be read, or the last line
 * if the list is never closed. (What a browser says about it differs, and often lacks the place.)
 */
function brokenLine(text: string): number {
  const lineOf = (index: number) => text.slice(0, index).split('\n').length;
  let depth = 0;
  let inString = false;
  let start = text.indexOf('[') + 1;
  for (let i = start - 1; i < text.length; i++) {
    const character = text[i];
    if (inString) {
      if (character === '\\') i++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '[' || character === '{') depth++;
    const closes = !inString && (character === ']' || character === '}');
    if (!inString && depth === 1 && (character === ',' || closes)) {
      const entry = text.slice(start, i);
      const blankTail = closes && entry.trim() === '';
      if (!blankTail && !parses(entry)) return lineOf(start + (/\S/.exec(entry)?.index ?? 0));
      start = i + 1;
    }
    if (closes && --depth === 0) return lineOf(i); // only what follows the list can be wrong
  }
  return lineOf(text.trimEnd().length);
}

/** `{ "data": [ ... ] }`: the only list of objects in an object. */
function listInside(value: unknown): unknown[] | null {
  if (typeof value !== 'object' || value === null) return null;
  const lists = Object.values(value).filter(
    (each): each is unknown[] => Array.isArray(each) && each.every((e) => typeof e === 'object'),
  );
  return lists.length === 1 ? (lists[0] ?? null) : null;
}

function fieldsOf(entry: unknown): Fields {
  const fields: Fields = new Map();
  const add = (value: object, prefix: string) => {
    for (const [key, inner] of Object.entries(value) as [string, unknown][])
      if (typeof inner === 'object' && inner !== null && !Array.isArray(inner))
        add(inner, `${prefix}${key}.`);
      else fields.set(prefix + key, cellOf(inner));
  };
  if (typeof entry === 'object' && entry !== null && !Array.isArray(entry)) add(entry, '');
  else fields.set('text', cellOf(entry));
  return fields;
}

/** Several plain values are joined by `;`, as several labels of one text usually are. */
function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object'))
    return value.map(String).join(';');
  return JSON.stringify(value);
}

function toRows(entries: Fields[], fileName: string): string[][] {
  const columns = [...new Set(entries.flatMap((fields) => [...fields.keys()]))];
  if (columns.length === 0)
    throw badTable(fileName, 'is empty: there is no text in it. Choose another file.');
  return [columns, ...entries.map((fields) => columns.map((column) => fields.get(column) ?? ''))];
}
