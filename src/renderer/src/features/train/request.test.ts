import { expect, test } from 'vitest';
import { sampleProject as project } from '../../../../../tests/sampleProject';
import type { Example } from '../../../../shared/domain';
import { missingForTraining, trainRequest } from './request';

const examples: Example[] = Array.from({ length: 40 }, (_, place) => ({
  id: `e${place}`,
  projectId: project.id,
  position: place,
  text: `text ${place}`,
  decision:
    place < 6 ? { labels: [place % 2 ? 'a' : 'b'], source: 'human' as const, at: place } : null,
}));

test('says which label has too few texts', () => {
  const decided = (labels: string[]) =>
    labels.map((label, place): Example => ({
      id: `d${place}`,
      projectId: project.id,
      position: place,
      text: `text ${place}`,
      decision: { labels: [label], source: 'human', at: place },
    }));
  expect(missingForTraining(project, decided(['a', 'a', 'b']))).toMatch(
    /"delivery" has only 1 text/,
  );
  expect(missingForTraining(project, decided(['a', 'a']))).toMatch(/"delivery" has no text/);
  expect(missingForTraining(project, decided(['a', 'a', 'b', 'b']))).toBeNull();
  expect(missingForTraining(project, [])).toMatch(/No text has a label yet/);
});

test('says before the training that its answer would be too large', () => {
  const labels = Array.from({ length: 100 }, (_, place) => ({
    id: `l${place}`,
    name: `n${place}`,
  }));
  const decided = (texts: number) =>
    Array.from({ length: texts }, (_, place): Example => ({
      id: `d${place}`,
      projectId: project.id,
      position: place,
      text: `text ${place}`,
      decision: { labels: [`l${place % 100}`], source: 'imported', at: place },
    }));
  const many = { ...project, task: { ...project.task, labels } };
  expect(missingForTraining(many, decided(20_000))).toBeNull();
  expect(missingForTraining(many, decided(25_000))).toMatch(
    /^25,000 texts have a label, and with 100 labels 22,\d{3} are the most/,
  );
});

test('snapshots the labelled texts and watches a dozen others', () => {
  const request = trainRequest(project, examples);
  expect(request.examples).toHaveLength(6);
  expect(request.examples[1]).toEqual({ id: 'e1', text: 'text 1', labels: ['a'] });
  expect(request.watch).toHaveLength(12);
  const labelled = new Set(request.examples.map(({ id }) => id));
  expect(request.watch.some(({ id }) => labelled.has(id))).toBe(false);
});

test('hands over the texts without a label, a few hundred of many', () => {
  const { pool } = trainRequest(project, examples);
  expect(pool).toHaveLength(34);
  expect(pool[0]).toEqual({ id: 'e6', text: 'text 6' });
  const many = Array.from({ length: 25 }, () => examples.slice(6)).flat();
  expect(trainRequest(project, many).pool).toHaveLength(150);
});

test('watches labelled texts when there are few others, each once', () => {
  const { watch } = trainRequest(project, examples.slice(0, 8));
  expect(new Set(watch.map(({ id }) => id)).size).toBe(8);
});
