// A split of a task: which texts a row of the quality table learns from, and which it is tested on.
import type { LabelledText, Task, Text } from '../src/shared/domain';
import { poolOf } from '../src/shared/pool';
import { PythonRandom } from './pythonRandom';
import type { QualityTask, Row, Rows } from './qualityTasks';

export interface Split {
  /** As the engine is given it; the id of a label is its name in the data. */
  readonly task: Task;
  readonly train: readonly LabelledText[];
  /** Other texts of the same table, without their labels: what the user has not labelled. */
  readonly pool: readonly Text[];
  readonly test: readonly LabelledText[];
}

/** Texts that a task is tested on, at most: the same ones for every split. */
const mostTestTexts = 1000;

/**
 * For each label in sorted order `random.Random(seed).sample(its rows in file order, shots)`, one
 * generator over all labels; tested on `random.Random(0).sample(test rows, 1000)`, or on all.
 */
export function drawSplit(
  task: QualityTask,
  { train, test }: Rows,
  shots: number,
  seed: number,
): Split {
  const random = new PythonRandom(seed);
  // A text with several labels counts for the first of them, one without for "none".
  const classOf = ({ labels }: Row) => labels[0] ?? '';
  const drawn = [...new Set(train.map(classOf))].sort().flatMap((own) =>
    random.sample(
      train.filter((row) => classOf(row) === own),
      shots,
    ),
  );
  const asked =
    test.length > mostTestTexts ? new PythonRandom(0).sample(test, mostTestTexts) : test;
  const isDrawn = new Set(drawn);
  const others = train.filter((row) => !isDrawn.has(row));
  return {
    task: taskOf(task, train),
    train: name(drawn, 'train'),
    pool: poolOf(others).map(({ text }, i) => ({ id: `pool-${i}`, text })),
    test: name(asked, 'test'),
  };
}

function taskOf({ kind, question }: QualityTask, rows: readonly Row[]): Task {
  const words = new Map(
    (question.names ?? '').split(',').map((pair) => {
      const [value = '', ...rest] = pair.split('=');
      return [value, rest.join('=')];
    }),
  );
  const labels = [...new Set(rows.flatMap((row) => row.labels))].sort();
  return {
    kind,
    template: question.template,
    labels: labels.map((id) => ({ id, name: words.get(id) ?? id })),
  };
}

const name = (rows: readonly Row[], part: string): LabelledText[] =>
  rows.map(({ text, labels }, i) => ({ id: `${part}-${i}`, text, labels: [...labels] }));
