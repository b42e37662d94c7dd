// Labelled texts for tests of what comes after reading: the words of the texts do not matter.
import type { Task } from '../src/shared/domain';
import type { Labelled } from '../src/main/engine/training/labelled';

const task: Task = {
  kind: 'single',
  template: 'This text is',
  labels: [
    { id: 'fact', name: 'fact' },
    { id: 'opinion', name: 'opinion' },
  ],
};

/** A text for each of the numbers, labelled as a fact (0) or an opinion (1). */
export const labelledAs = (classes: readonly number[]): Labelled => ({
  task,
  texts: classes.map((_, i) => `text ${i}`),
  rows: classes.map(() => ({ ids: new Int32Array(), tokens: 0, kept: 0, isLonger: false })),
  labels: classes.map((own) => [own]),
  targets: Float32Array.from(classes.flatMap((own) => (own === 0 ? [1, 0] : [0, 1]))),
});
