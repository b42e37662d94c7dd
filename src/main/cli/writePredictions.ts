// The predictions as a CSV file: the table's columns, the label, the confidence in it, and the
// confidence in each label. Written piece by piece, and under its name only when it is whole.
import { open } from 'node:fs/promises';
import type { Task } from '../../shared/domain';
import { csvLines } from '../../shared/tables/writeCsv';
import { replaceFile } from '../durableFiles';
import { chosenLabels } from './judge';
import type { JudgedRow } from './predictTexts';

/** Names of the added columns; one that the table has already is called `predicted ...`. */
export function predictionColumns(columns: readonly string[], task: Task): string[] {
  const taken = new Set(columns);
  return ['label', 'confidence', ...task.labels.map(({ name }) => name)].map((wanted) => {
    let name = wanted;
    while (taken.has(name)) name = `predicted ${name}`;
    taken.add(name);
    return name;
  });
}

/** `file` ends up with all rows, or as it was before. */
export async function writePredictions(
  file: string,
  columns: readonly string[],
  task: Task,
  judged: AsyncIterable<JudgedRow[]>,
): Promise<void> {
  await replaceFile(file, async (temporary) => {
    const handle = await open(temporary, 'w');
    try {
      await handle.appendFile(csvLines([[...columns, ...predictionColumns(columns, task)]]));
      for await (const rows of judged)
        if (rows.length > 0)
          await handle.appendFile(
            csvLines(rows.map((each) => [...each.row, ...cells(task, each)])),
          );
    } finally {
      await handle.close();
    }
  });
}

function cells(task: Task, { confidence }: JudgedRow): string[] {
  if (!confidence) return ['', '', ...task.labels.map(() => '')];
  const chosen = chosenLabels(task, confidence);
  const most = Math.max(...confidence);
  return [
    chosen.map(({ name }) => name).join(';'),
    // Where no label holds, the confidence is that in "none of them".
    (chosen.length > 0 ? most : 1 - most).toFixed(6),
    ...confidence.map((value) => value.toFixed(6)),
  ];
}
