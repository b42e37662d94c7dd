import { describe, expect, it } from 'vitest';
import { drawSplit } from './qualitySplit';
import { joinSome, pairUp, type QualityTask, type Row } from './qualityTasks';

const rows = Array.from({ length: 60 }, (_, i): Row => ({
  text: `t${i}`,
  labels: ['bca'[((i * i) % 7) % 3] ?? ''],
}));
const task: QualityTask = {
  id: 'letters',
  title: 'letters',
  kind: 'single',
  question: { template: 'this is', names: 'a=the first,c=the last' },
  seen: false,
  read: () => Promise.resolve({ train: rows, test: rows }),
};

describe('drawSplit', () => {
  it('draws what a line of Python draws, label after label', () => {
    const { train, test } = drawSplit(task, { train: rows, test: rows }, 4, 5);
    // g = random.Random(5); [g.sample([row for row in rows if row.label == label], 4) for label in "abc"]
    expect(train.map(({ text }) => text).join(' ')).toBe(
      't31 t39 t45 t53 t56 t0 t42 t21 t27 t6 t19 t13',
    );
    expect(train[0]).toEqual({ id: 'train-0', text: 't31', labels: ['a'] });
    expect(test).toHaveLength(60);
  });

  it('asks in the words of the task', () => {
    const { labels } = drawSplit(task, { train: rows, test: rows }, 1, 0).task;
    expect(labels).toEqual([
      { id: 'a', name: 'the first' },
      { id: 'b', name: 'b' },
      { id: 'c', name: 'the last' },
    ]);
  });

  it('counts a text without a label as one more class', () => {
    const some = rows.map(({ text, labels }) => ({
      text,
      labels: labels.filter((label) => label === 'a'),
    }));
    const { train, task: asked } = drawSplit(
      { ...task, kind: 'yes-no' },
      { train: some, test: some },
      3,
      0,
    );
    expect(train.map(({ labels }) => labels.length)).toEqual([0, 0, 0, 1, 1, 1]);
    expect(asked.labels.map(({ id }) => id)).toEqual(['a']);
  });
});

describe('tasks made of others', () => {
  it('joins two of three texts and keeps all their labels', () => {
    const joined = joinSome(rows);
    expect(joined).toHaveLength(40);
    for (const { text, labels } of joined) {
      const parts = text.split(' ').map((part) => rows.find((row) => row.text === part));
      expect(new Set(labels)).toEqual(new Set(parts.flatMap((row) => row?.labels ?? [])));
      expect(new Set(labels).size).toBe(labels.length);
    }
    expect(joined.some(({ labels }) => labels.length === 2)).toBe(true);
    expect(new Set(joined.flatMap(({ text }) => text.split(' '))).size).toBe(60);
  });

  it('pairs texts of one label and of two, none twice', () => {
    const pairs = pairUp(rows);
    const used: string[] = [];
    for (const { text, labels } of pairs) {
      const [, first = '', second = ''] = /^First: (\w+) Second: (\w+)$/.exec(text) ?? [];
      const labelOf = (name: string) => rows.find((row) => row.text === name)?.labels[0];
      expect(labels).toEqual([labelOf(first) === labelOf(second) ? 'same' : 'different']);
      used.push(first, second);
    }
    expect(new Set(used).size).toBe(used.length);
    const same = pairs.filter(({ labels }) => labels[0] === 'same').length;
    expect(same).toBeGreaterThan(8);
    expect(pairs.length - same).toBeGreaterThan(5);
  });
});
