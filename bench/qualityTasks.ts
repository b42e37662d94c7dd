// The tasks of the quality table: which texts, which answers, and what Handful is asked, as a person
// would fill in the form.
import path from 'node:path';
import * as v from 'valibot';
import type { TaskKind } from '../src/shared/domain';
import { readLabelled, readRows } from './labelledData';
import { PythonRandom } from './pythonRandom';
import { questions, type TaskQuestion } from './questions';

/** Where the texts are; neither folder is part of the repository. */
export interface DataFolders {
  /** NAME.train.jsonl.gz and NAME.test.jsonl.gz */
  readonly tasks: string;
  /** What encoders are taught: cls-NAME.jsonl.gz and nli-NAME.jsonl.gz */
  readonly taught: string;
}

/** A text and all labels that are true of it, by their names in the data. */
export interface Row {
  readonly text: string;
  readonly labels: readonly string[];
}

/** Rows to learn from and to be tested on. */
export interface Rows {
  readonly train: readonly Row[];
  readonly test: readonly Row[];
}

export interface QualityTask {
  readonly id: string;
  readonly title: string;
  readonly kind: TaskKind;
  readonly question: TaskQuestion;
  /** True where texts of this set, other ones or the same, were part of the encoder's teaching. */
  readonly seen: boolean;
  readonly read: (folders: DataFolders) => Promise<Rows>;
}

const aboutTopics: TaskQuestion = { template: 'this text is about' };

/** The tasks over which rows are compared and averaged. */
export const mainTasks: readonly QualityTask[] = [
  ['sst2', 'SST-2'],
  ['tweet_emotion', 'emotion'],
  ['trec', 'TREC'],
  ['subj', 'Subj'],
  ['ag_news', 'AG News'],
].map(([id = '', title = '']) => ({
  id,
  title,
  kind: 'single',
  question: questions[id] ?? aboutTopics,
  seen: false,
  read: oneAnswer(id),
}));

/** Many labels, several answers, yes or no, and pairs of texts. */
export const otherTasks: readonly QualityTask[] = [
  {
    id: 'banking77',
    title: 'Banking77, 77 labels',
    kind: 'single',
    question: aboutTopics,
    seen: false,
    read: oneAnswer('banking77'),
  },
  {
    id: 'clinc150',
    title: 'CLINC150, 150 labels',
    kind: 'single',
    question: aboutTopics,
    seen: true,
    read: async ({ taught }) =>
      cutByLabel((await readLabelled(taught, 'cls-clinc150')).map(oneLabel), 20),
  },
  {
    id: 'two_topics',
    title: 'one or two AG News texts, all topics',
    kind: 'multi',
    question: aboutTopics,
    seen: false,
    read: async (folders) => {
      const { train, test } = await oneAnswer('ag_news')(folders);
      return { train: joinSome(train), test: joinSome(test) };
    },
  },
  {
    id: 'anger',
    title: 'tweets, angry or not',
    kind: 'yes-no',
    question: { template: 'the feeling is' },
    seen: false,
    read: async (folders) => {
      const { train, test } = await oneAnswer('tweet_emotion')(folders);
      const only = (rows: readonly Row[]): Row[] =>
        rows.map(({ text, labels }) => ({ text, labels: labels.filter((own) => own === 'anger') }));
      return { train: only(train), test: only(test) };
    },
  },
  {
    id: 'same_question',
    title: 'pairs of bank questions: the same or not',
    kind: 'single',
    question: {
      template: 'the two questions are',
      names: 'same=the same,different=different',
    },
    seen: false,
    read: async (folders) => {
      const { train, test } = await oneAnswer('banking77')(folders);
      return { train: pairUp(train), test: pairUp(test) };
    },
  },
  {
    id: 'scitail',
    title: 'SciTail, does the second follow from the first',
    kind: 'single',
    question: {
      template: 'the second sentence',
      names: 'entailment=follows from the first,not_entailment=does not follow',
    },
    seen: true,
    read: async ({ taught }) => {
      const pairs = await readRows(path.join(taught, 'nli-scitail.jsonl.gz'), NliRow);
      const rows = pairs.map(({ premise, hypothesis, label }) => ({
        text: pair(premise, hypothesis),
        labels: [label],
      }));
      return cutByLabel(rows, 400);
    },
  },
];

const NliRow = v.object({ premise: v.string(), hypothesis: v.string(), label: v.string() });

const oneLabel = ({ text, label }: { text: string; label: string }): Row => ({
  text,
  labels: [label],
});

function oneAnswer(name: string): QualityTask['read'] {
  return async ({ tasks }) => ({
    train: (await readLabelled(tasks, `${name}.train`)).map(oneLabel),
    test: (await readLabelled(tasks, `${name}.test`)).map(oneLabel),
  });
}

/** Of rows that come in one piece, the first `count` of every label are to learn from. */
function cutByLabel(rows: readonly Row[], count: number): Rows {
  const met = new Map<string, number>();
  const isEarly = rows.map(({ labels: [label = ''] }) => {
    const before = met.get(label) ?? 0;
    met.set(label, before + 1);
    return before < count;
  });
  return {
    train: rows.filter((_, i) => isEarly[i]),
    test: rows.filter((_, i) => !isEarly[i]),
  };
}

/** Every third row stays as it is, the others are joined by two: texts with one or two labels. */
export function joinSome(rows: readonly Row[]): Row[] {
  const mixed = new PythonRandom(0).sample(rows, rows.length);
  const joined: Row[] = [];
  for (let at = 0; at + 2 < mixed.length; at += 3) {
    const [alone, first, second] = mixed.slice(at, at + 3);
    if (!alone || !first || !second) break;
    const labels = [...new Set([...first.labels, ...second.labels])];
    joined.push(alone, { text: `${first.text} ${second.text}`, labels });
  }
  return joined;
}

/** Two texts as one, which is how a table with one column of texts holds them. */
const pair = (first: string, second: string): string => `First: ${first} Second: ${second}`;

/** Pairs with the same label from one half of the rows, with different ones from the other. */
export function pairUp(rows: readonly Row[]): Row[] {
  const mixed = new PythonRandom(0).sample(rows, rows.length);
  const half = Math.floor(mixed.length / 2);
  const byLabel = new Map<string, Row[]>();
  for (const row of mixed.slice(0, half)) {
    const label = row.labels.join();
    byLabel.set(label, [...(byLabel.get(label) ?? []), row]);
  }
  const same = [...byLabel.values()].flatMap((own) => pairsOf(own, 'same'));
  const others = mixed.slice(half);
  const different = pairsOf(others, 'different', (a, b) => a.labels.join() !== b.labels.join());
  return [...same, ...different];
}

/** Neighbours as pairs; no row is in two of them. */
const pairsOf = (
  rows: readonly Row[],
  label: string,
  fits: (a: Row, b: Row) => boolean = () => true,
): Row[] =>
  rows.flatMap((second, i) => {
    const first = rows[i - 1];
    return i % 2 === 1 && first && fits(first, second)
      ? [{ text: pair(first.text, second.text), labels: [label] }]
      : [];
  });
