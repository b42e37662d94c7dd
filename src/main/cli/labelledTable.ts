// Rows of a table -> a task and labelled texts.
import type { LabelledText, Task, Text } from '../../shared/domain';
import { closest } from '../../shared/closest';
import { StudioError } from '../../shared/errors';
import { counted, type Table } from '../../shared/tables/table';
import type { Progress } from './commandIo';

export interface LabelledTable {
  task: Task;
  examples: LabelledText[];
  unlabelled: Text[];
}

/** Columns by number; `names`: value in the table -> the words that are asked with. */
export interface LabelledColumns {
  text: number;
  label: number;
  template: string;
  names: ReadonlyMap<string, string>;
}

/**
 * The labels are the values of the label column, in the order of their first appearance. Rows
 * without text are left out, which is told; those without a label come apart.
 */
export function labelledTable(
  table: Table,
  { text, label, template, names }: LabelledColumns,
  progress: Progress,
): LabelledTable {
  const examples: LabelledText[] = [];
  const unlabelled: Text[] = [];
  for (const [i, row] of table.rows.entries()) {
    const value = row[label]?.trim() ?? '';
    const words = row[text] ?? '';
    if (words.trim() === '') continue;
    if (value === '') unlabelled.push({ id: `${i}`, text: words });
    else examples.push({ id: `${i}`, text: words, labels: [value] });
  }
  const leftOut = table.rows.length - examples.length - unlabelled.length;
  if (leftOut > 0)
    progress.note(`${table.name}: ${counted(leftOut, 'row')} without text left out.`);
  if (unlabelled.length > 0)
    progress.note(
      `${table.name}: ${counted(unlabelled.length, 'row')} without a label; some of their texts help the training.`,
    );
  const values = [...new Set(examples.flatMap(({ labels }) => labels))];
  for (const name of names.keys())
    if (!values.includes(name)) throw unknownValue(table, label, name, values);
  return { task: singleTask(template, values, names), examples, unlabelled };
}

/** One answer per text; a label is called by its value and asked for with its words. */
export function singleTask(
  template: string,
  values: readonly string[],
  words: ReadonlyMap<string, string>,
): Task {
  return {
    kind: 'single',
    template,
    labels: values.map((value) => {
      const description = words.get(value);
      return description === undefined || description === value
        ? { id: value, name: value }
        : { id: value, name: value, description };
    }),
  };
}

function unknownValue(table: Table, column: number, name: string, values: string[]): StudioError {
  const near = closest(name, values);
  const shown = values.slice(0, 10).map((value) => `"${value}"`);
  return new StudioError(
    'bad-labels',
    `--names speaks of "${name}", but column "${table.columns[column] ?? ''}" of "${table.name}" has no such value. ${near ? `Did you mean "${near}"?` : `Its values are ${shown.join(', ')}${values.length > 10 ? ' and others' : ''}.`}`,
  );
}
