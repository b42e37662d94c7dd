import { describe, expect, it } from 'vitest';
import { checkExamples, checkLabels } from './checkExamples';
import type { LabelledText, Task, TaskKind } from './domain';

const task = (kind: TaskKind, ...names: string[]): Task => ({
  kind,
  template: 'This text is about',
  labels: names.map((name) => ({ id: name, name })),
});
/** `a good`, `b good`, `c`: the text, then its labels. */
const examples = (...lines: string[]): LabelledText[] =>
  lines.map((line, i) => {
    const [text = '', ...labels] = line.split(' ');
    return { id: `${i}`, text, labels };
  });
const enough = examples('a good', 'b good', 'c bad', 'd bad');

it.each<[string, Task, LabelledText[]]>([
  ['single', task('single', 'good', 'bad'), enough],
  ['multi', task('multi', 'good', 'bad'), examples('a good', 'b good bad', 'c bad', 'd', 'e')],
  ['yes-no', task('yes-no', 'good'), examples('a good', 'b good', 'c', 'd')],
])('%s: enough to learn from', (_, wanted, labelled) => {
  expect(() => checkExamples(wanted, labelled)).not.toThrow();
});

describe('is refused', () => {
  it.each<[code: string, sentence: RegExp, Task, LabelledText[]]>([
    [
      'bad-labels',
      /^There is only one label, "good"\. Name at least two/,
      task('single', 'good'),
      enough,
    ],
    ['bad-labels', /^There is no label yet/, task('single'), []],
    ['bad-labels', /^There is no label yet/, task('multi'), []],
    ['bad-labels', /has one label, and there are 2/, task('yes-no', 'good', 'bad'), enough],
    ['bad-labels', /^Two labels are called "Good"/, task('single', 'good', 'Good'), enough],
    ['bad-labels', /^A label has no name/, task('single', 'good', ' '), enough],
    [
      'too-large',
      /^There are 2,000 labels and a task may have 1,000/,
      task('single', ...Array.from({ length: 2000 }, (_, i) => `label ${i}`)),
      enough,
    ],
    ['too-few-examples', /^No text has a label yet/, task('single', 'good', 'bad'), []],
    [
      'too-few-examples',
      /^The label "bad" has only 1 text and at least 2 are needed/,
      task('single', 'good', 'bad'),
      examples('a good', 'b good', 'c bad'),
    ],
    [
      'too-few-examples',
      /^The label "bad" has only 1 different text and at least 2/,
      task('single', 'good', 'bad'),
      examples('a good', 'b good', 'c bad', 'c bad'),
    ],
    ['bad-labels', /^The label "odd" has no text/, task('single', 'good', 'bad', 'odd'), enough],
    [
      'too-few-examples',
      /^All 4 labelled texts are the same/,
      task('single', 'good', 'bad'),
      examples('a good', 'a good', 'a bad', 'a bad'),
    ],
    [
      'bad-labels',
      /^The labels "good" and "bad" are on just the same texts/,
      task('single', 'good', 'bad'),
      examples('a good', 'b good', 'b bad', 'a bad'),
    ],
    ['bad-labels', /"a" has 2 labels/, task('single', 'good', 'bad'), examples('a good bad')],
    [
      'bad-labels',
      /^The text "a" has a label that is no longer there\. Choose its label again\.$/,
      task('single', 'good', 'bad'),
      examples('a odd'),
    ],
    [
      'bad-labels',
      /labelled texts is empty/,
      task('single', 'good', 'bad'),
      examples(' good', ...[]),
    ],
    [
      'too-few-examples',
      /^The answer "not good" has only 1 text/,
      task('yes-no', 'good'),
      examples('a good', 'b good', 'c'),
    ],
  ])('%s: %s', (code, sentence, wanted, labelled) => {
    const check = () => checkExamples(wanted, labelled);
    expect(check).toThrow(sentence);
    expect(check).toThrow(expect.objectContaining({ name: 'StudioError', code }) as Error);
  });
});

it('a question without examples needs only labels', () => {
  expect(() => checkLabels(task('single', 'good', 'bad'))).not.toThrow();
});
