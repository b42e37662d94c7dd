// What "Save as spreadsheet" saves: the texts with their labels, and what else the file had to say.
import type { Example, Label } from '../../../../shared/domain';
import { distinctNames } from '../../distinctNames';
import { labelName } from './filter';

/** text, label and label_source, then the other columns of the files that the texts came from. */
export function savedTable(
  examples: readonly Example[],
  labels: readonly Label[],
): { columns: string[]; rows: string[][] } {
  const others = [...new Set(examples.flatMap((example) => Object.keys(example.others ?? {})))];
  return {
    columns: distinctNames(['text', 'label', 'label_source', ...others]),
    rows: examples.map((example) => [
      example.text,
      labelName(example, labels),
      example.decision?.source ?? '',
      ...others.map((name) => example.others?.[name] ?? ''),
    ]),
  };
}
