// Asks the engine about the rows of a table, in order, and counts how many answers are right.
import type { Engine } from '../../shared/contract';
import type { Task } from '../../shared/domain';
import { StudioError } from '../../shared/errors';
import type { ClassifierRef } from '../../shared/events';
import { counted, type Table } from '../../shared/tables/table';
import type { CommandIo, Progress } from './commandIo';
import { chosenLabels, isRight } from './judge';

/** What to ask of which column; `gold`: the column of the right labels, to compare with. */
export interface Questions {
  classifier: ClassifierRef;
  task: Task;
  table: Table;
  text: number;
  gold: number | null;
}

/** A row of the table with what was said about it; no confidence where there is no text. */
export interface JudgedRow {
  row: string[];
  confidence: number[] | null;
}

export interface Tally {
  /** Rows judged, rows with a right label given, and how many of those were found. */
  texts: number;
  compared: number;
  correct: number;
  /** Texts that were too long to be read whole. */
  cut: number;
}

/** Streams every row of the table, in order, and fills in `tally` on the way. */
export async function* predictTexts(
  engine: Engine,
  { classifier, task, table, text, gold }: Questions,
  tally: Tally,
  progress: Progress,
  io: CommandIo,
): AsyncGenerator<JudgedRow[]> {
  const filled = table.rows.flatMap((row, i) => ((row[text] ?? '').trim() === '' ? [] : [i]));
  const texts = filled.map((i) => ({ id: `${i}`, text: table.rows[i]?.[text] ?? '' }));
  if (texts.length === 0)
    throw new StudioError(
      'bad-table',
      `Column "${table.columns[text] ?? ''}" of "${table.name}" is empty. Choose the column of the texts with --text.`,
    );
  const blank = table.rows.length - texts.length;
  if (blank > 0)
    progress.note(`${table.name}: ${counted(blank, 'row')} without text get no label.`);

  let next = 0; // the first row that has not been handed on
  const handOn = (end: number) => table.rows.slice(next, (next = end));
  const withoutText = (row: string[]): JudgedRow => ({ row, confidence: null });
  for await (const batch of engine.predictions.run({ classifier, texts }, io.signal)) {
    const judged: JudgedRow[] = [];
    for (const { id, confidence, cut } of batch) {
      const place = filled[tally.texts];
      const row = table.rows[place ?? -1];
      if (place === undefined || row === undefined || id !== `${place}`)
        throw new StudioError('internal', `A prediction came for text ${id}, out of its turn.`);
      judged.push(...handOn(place).map(withoutText), { row, confidence });
      next = place + 1;
      tally.texts++;
      if (cut) tally.cut++;
      const right = gold === null ? '' : (row[gold] ?? '').trim();
      if (gold === null || (right === '' && task.kind !== 'multi')) continue;
      tally.compared++;
      if (isRight(task, chosenLabels(task, confidence), right)) tally.correct++;
    }
    progress.step(
      `Judging: ${tally.texts.toLocaleString('en-US')} of ${counted(texts.length, 'text')} ...`,
    );
    yield judged;
  }
  if (tally.texts < texts.length)
    throw new StudioError('internal', 'Some predictions are missing. Please try again.');
  if (tally.cut > 0)
    progress.note(
      `${table.name}: ${counted(tally.cut, 'text')} too long to be read whole; only the beginning counted.`,
    );
  yield handOn(table.rows.length).map(withoutText);
}

export const emptyTally = (): Tally => ({ texts: 0, compared: 0, correct: 0, cut: 0 });
