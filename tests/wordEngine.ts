// An engine for tests of whoever uses one: it looks for the words of the labels in the texts. Runs and
// bundles are files in its data folder, as they are with the real one.
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import type { Engine } from '../src/shared/contract';
import { Task, type Prediction, type Text } from '../src/shared/domain';
import { StudioError } from '../src/shared/errors';
import type { TrainEvent, TrainRequest, TrainPart } from '../src/shared/events';

const parameters = {
  learned: 41_000,
  base: 22_700_000,
  share: 41_000 / 22_700_000,
  parts: [{ part: 'label tokens', numbers: 41_000 }],
};

/** `requests` collects what was asked for training. */
export function wordEngine(dataFolder: string, requests: TrainRequest[] = []): Engine {
  const runs = new Map<string, Task>();
  return {
    encoders: {
      list: () =>
        Promise.resolve([
          {
            id: 'words',
            name: 'Words',
            parameters: parameters.base,
            maxTextTokens: 256,
            language: 'en',
            licence: 'Apache-2.0',
          },
        ]),
    },
    provider: {
      current: () => Promise.resolve({ provider: 'cpu', sentence: 'Runs here.', tried: [] }),
    },
    training: {
      async *run(request, signal) {
        requests.push(request);
        await Promise.resolve();
        for (const event of eventsOf(request)) {
          if (signal.aborted) throw new StudioError('cancelled', 'Stopped.');
          yield event;
        }
        runs.set(request.runId, request.task);
      },
      keep: () => Promise.resolve(),
    },
    predictions: {
      async *run({ classifier, texts }, signal) {
        await Promise.resolve();
        const task = classifier.kind === 'trained' ? runs.get(classifier.runId) : classifier.task;
        if (!task) throw new StudioError('classifier-missing', 'There is no such classifier.');
        for (let start = 0; start < texts.length; start += 3) {
          if (signal.aborted) throw new StudioError('cancelled', 'Stopped.');
          yield texts.slice(start, start + 3).map((text) => predict(task, text));
        }
      },
    },
    classifiers: {
      async export({ runId, name }) {
        const folder = path.join(dataFolder, 'exports', runId);
        await mkdir(folder, { recursive: true });
        const file = path.join(folder, `${name}.zip`);
        await writeFile(file, JSON.stringify(runs.get(runId)));
        const sizeBytes = (await stat(file)).size;
        return { runId, fileName: `${name}.zip`, sizeBytes, goldenTexts: 8, largestDifference: 0 };
      },
      async open({ path: file }) {
        const task = v.safeParse(Task, parse(await readFile(file, 'utf8')));
        if (!task.success)
          throw new StudioError('bundle-damaged', `"${path.basename(file)}" is no classifier.`);
        const runId = `opened-${runs.size}`;
        runs.set(runId, task.output);
        return { runId, task: task.output };
      },
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function* eventsOf({ runId, encoder, task, examples, seed }: TrainRequest): Generator<TrainEvent> {
  const losses = [0.9, 0.5, 0.2];
  const parts: TrainPart[] = [{ part: 'words', steps: 3 }];
  yield {
    type: 'started',
    parts,
    provider: 'cpu',
    parameters,
    cutTexts: [],
    resumedAt: 0,
    losses: [],
  };
  yield { type: 'phase', phase: 'learning' };
  for (const [i, loss] of losses.entries())
    yield { type: 'step', step: i + 1, loss, secondsLeft: 2 - i };
  const predictions = examples.map((example) => predict(task, example));
  yield {
    type: 'finished',
    summary: {
      runId,
      encoder,
      task,
      createdAt: 0,
      seed,
      stoppedEarly: false,
      temperature: 1,
      provider: 'cpu',
      parameters,
      crossValidation: {
        folds: 2,
        texts: examples.length,
        correct: examples.length - 1,
        accuracy: (examples.length - 1) / examples.length,
        low: 0.5,
        high: 1,
        labels: [],
        predictions,
      },
      losses,
      parts,
      seconds: [{ phase: 'learning', seconds: 1.5 }],
      recipe: ['words'],
      cutTexts: [],
    },
  };
}

function predict(task: Task, { id, text }: Text): Prediction {
  const words = text.toLowerCase();
  const hits = task.labels.map(({ name, description }) =>
    words.includes((description ?? name).toLowerCase()) ? 9 : 1,
  );
  const total = hits.reduce((sum, hit) => sum + hit, 0);
  return { id, confidence: hits.map((hit) => hit / (task.kind === 'single' ? total : 10)) };
}
