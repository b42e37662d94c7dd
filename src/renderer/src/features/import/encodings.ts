// The encodings that a text file may be said to have, by the names that the reader gives them.
export interface EncodingChoice {
  value: string;
  name: string;
}

const common: EncodingChoice[] = [
  { value: 'UTF-8', name: 'UTF-8' },
  { value: 'Windows-1252', name: 'Western (Windows-1252)' },
  { value: 'Macintosh', name: 'Western, old Mac (Macintosh)' },
  { value: 'Windows-1251', name: 'Cyrillic (Windows-1251)' },
  { value: 'Windows-1256', name: 'Arabic (Windows-1256)' },
  { value: 'GB18030', name: 'Chinese (GB18030)' },
  { value: 'Shift-JIS', name: 'Japanese (Shift-JIS)' },
  { value: 'EUC-KR', name: 'Korean (EUC-KR)' },
  { value: 'UTF-16LE', name: 'UTF-16LE' },
  { value: 'UTF-16BE', name: 'UTF-16BE' },
];

/** The usual ones, each once, and before them the one that was found, if it is none of them. */
export const encodingChoices = (found: string): EncodingChoice[] =>
  common.some(({ value }) => value === found) ? common : [{ value: found, name: found }, ...common];
