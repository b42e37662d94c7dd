// Table + chosen columns -> the texts that will be stored: blank rows left out, exact duplicates
// kept once, names of labels turned into decisions.
import type { Decision, Example, Label } from '../../../../shared/domain';
import type { Table } from '../../../../shared/tables/table';

export const mostLabels = 100;
/** Characters of a text, so that it fits into a message whatever they are. */
export const longestText = 8_000_000;

export interface TextRow {
  text: string;
  /** Name of its label; empty for none. */
  labelName: string;
  /** The cells of all other columns that are not empty, by the names of their columns. */
  others?: Record<string, string>;
}

export interface PreparedTexts {
  rows: TextRow[];
  blank: number;
  /** Characters of the longest text. */
  longest: number;
  /** Rows whose text, letter for letter, had come before (in the table or the project). */
  duplicates: number;
  /** Different names of labels, in the order of their first row. */
  labelNames: string[];
}

export interface Columns {
  text: number;
  label: number | null;
  keepDuplicates: boolean;
}

/** Reads the chosen columns; `known` are the texts that the project has already. */
export function prepareTexts(
  table: Table,
  { text: textColumn, label: labelColumn, keepDuplicates }: Columns,
  known: Iterable<string> = [],
): PreparedTexts {
  const alreadyThere = new Set(known);
  const first = new Map<string, TextRow>();
  const labelNames = new Set<string>();
  const rows: TextRow[] = [];
  let blank = 0;
  let longest = 0;
  let duplicates = 0;
  for (const cells of table.rows) {
    const text = cells[textColumn]?.trim() ?? '';
    if (text === '') {
      blank++;
      continue;
    }
    const labelName = labelColumn === null ? '' : (cells[labelColumn]?.trim() ?? '');
    if (labelName) labelNames.add(labelName);
    const earlier = first.get(text);
    if (earlier || alreadyThere.has(text)) {
      duplicates++;
      // The first copy stays; a label that only a later copy has is not lost.
      if (earlier && !keepDuplicates) earlier.labelName ||= labelName;
      if (!keepDuplicates) continue;
    }
    const others = othersOf(table.columns, cells, [textColumn, labelColumn]);
    const row = { text, labelName, ...(others && { others }) };
    first.set(text, row);
    rows.push(row);
    longest = Math.max(longest, text.length);
  }
  return { rows, blank, longest, duplicates, labelNames: [...labelNames] };
}

/** Null when there are none. */
function othersOf(
  columns: readonly string[],
  cells: readonly string[],
  chosen: readonly (number | null)[],
): Record<string, string> | null {
  const others = columns.flatMap((name, column): [string, string][] => {
    const cell = cells[column] ?? '';
    return chosen.includes(column) || cell === '' ? [] : [[name, cell]];
  });
  return others.length > 0 ? Object.fromEntries(others) : null;
}

/** The labels there are, and those that the names add; names differ in more than case. */
export function addLabels(labels: readonly Label[], names: readonly string[]): Label[] {
  const all = [...labels];
  const seen = new Set(labels.map(({ name }) => name.toLowerCase()));
  for (const name of names) {
    if (seen.has(name.toLowerCase())) continue;
    seen.add(name.toLowerCase());
    all.push({ id: crypto.randomUUID(), name });
  }
  return all;
}

/** Rows -> examples, placed behind those that the project has. */
export function toExamples(
  rows: readonly TextRow[],
  labels: readonly Label[],
  projectId: string,
  firstPosition: number,
): Example[] {
  const ids = new Map(labels.map(({ id, name }) => [name.toLowerCase(), id]));
  const at = Date.now();
  const decide = (labelName: string): Decision | null => {
    const id = ids.get(labelName.toLowerCase());
    return id ? { labels: [id], source: 'imported', at } : null;
  };
  return rows.map(({ text, labelName, others }, index) => ({
    id: crypto.randomUUID(),
    projectId,
    position: firstPosition + index,
    text,
    ...(others && { others }),
    decision: decide(labelName),
  }));
}
