// A studio without an engine, for tests and for `npx vite dev` with `?fake` in the address. Nothing
// of it is in the build. It answers by counting shared words, so its answers are at least stable.
import { studioContract, type Studio } from '../../shared/contract';
import type { Prediction, Task, Text } from '../../shared/domain';
import { StudioError } from '../../shared/errors';
import type { CrossValidation, RunSummary, TrainRequest, TrainPart } from '../../shared/events';
import type { JournalEntry } from '../../shared/journal';
import { memoryTransports } from '../../shared/rpc/memoryTransport';
import { serve } from '../../shared/rpc/server';
import type { Transport } from '../../shared/rpc/transport';

export interface FakeStudioOptions {
  /** Pause of a training step; 0 in tests. */
  stepMs?: number;
  steps?: number;
  /** Id of the data folder. */
  folder?: string;
}

export interface FakeStudio extends Studio {
  /** The journal files, by project. */
  readonly journals: Map<string, JournalEntry[]>;
}

export function createFakeStudio(options: FakeStudioOptions = {}): FakeStudio {
  const { stepMs = 0, steps = 60, folder = 'fake' } = options;
  const removed = new Set<string>();
  const journals = new Map<string, JournalEntry[]>();
  const runs = new Map<string, TrainRequest>();
  const kept = new Set<string>();

  return {
    journals,
    encoders: {
      list: () =>
        Promise.resolve([
          {
            id: 'handful-mini',
            name: 'Handful mini',
            parameters: 22_713_219,
            maxTextTokens: 256,
            language: 'en',
            licence: 'Apache-2.0',
          },
        ]),
    },
    provider: {
      current: () =>
        Promise.resolve({
          provider: 'cpu',
          sentence: "Runs on this computer's processor.",
          tried: [],
        }),
    },
    training: {
      async *run(request, signal) {
        runs.set(request.runId, request);
        const parameters = countParameters();
        const parts: TrainPart[] = [{ part: 'words', steps }];
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
        const losses: number[] = [];
        for (let step = 1; step <= steps && !kept.has(request.runId); step++) {
          await pause(stepMs);
          if (signal.aborted) throw new StudioError('cancelled', 'Stopped.');
          const progress = step / steps;
          const loss = 1.4 * Math.exp(-3 * progress) + 0.08 + 0.12 * noise(`${step}`);
          losses.push(loss);
          yield { type: 'step', step, loss, secondsLeft: ((steps - step) * stepMs) / 1000 };
          if (step % 5 === 0)
            yield {
              type: 'watch',
              step,
              predictions: request.watch.map((text) =>
                predict(request.task, text, 6 * progress - 2),
              ),
            };
        }
        yield { type: 'phase', phase: 'checking' };
        await pause(stepMs * 5);
        const stoppedEarly = kept.has(request.runId);
        const summary: RunSummary = {
          runId: request.runId,
          encoder: request.encoder,
          task: request.task,
          createdAt: Date.now(),
          seed: request.seed,
          stoppedEarly,
          temperature: 1,
          provider: 'cpu',
          parameters,
          crossValidation: crossValidate(request),
          losses,
          parts,
          seconds: [
            { phase: 'reading', seconds: 1.2 },
            { phase: 'learning', seconds: (losses.length * stepMs) / 1000 },
          ],
          recipe: ['Entailment with learned words'],
          cutTexts: [],
        };
        yield { type: 'finished', summary };
      },
      keep({ runId }) {
        kept.add(runId);
        return Promise.resolve();
      },
    },
    predictions: {
      async *run({ classifier, texts }, signal) {
        const task =
          classifier.kind === 'trained' ? runs.get(classifier.runId)?.task : classifier.task;
        if (!task)
          throw new StudioError(
            'classifier-missing',
            'The trained classifier is not on this disk.',
          );
        for (let start = 0; start < texts.length; start += 64) {
          await pause(stepMs);
          if (signal.aborted) throw new StudioError('cancelled', 'Stopped.');
          yield texts.slice(start, start + 64).map((text) => predict(task, text, 1.5));
        }
      },
    },
    classifiers: {
      export: ({ runId, name }) =>
        Promise.resolve({
          runId,
          fileName: `${name}.zip`,
          sizeBytes: 47_400_000,
          goldenTexts: 32,
          largestDifference: 2.4e-6,
        }),
      open: () => Promise.reject(new StudioError('bundle-damaged', 'This copy opens no bundles.')),
    },
    journal: {
      folder: () => Promise.resolve({ id: folder, removed: [...removed] }),
      projects: () =>
        Promise.resolve(
          [...journals].map(([projectId, entries]) => ({ projectId, entries: entries.length })),
        ),
      async *read({ projectId, from }) {
        const entries = (journals.get(projectId) ?? []).slice(from);
        for (let start = 0; start < entries.length; start += 100)
          yield await Promise.resolve(entries.slice(start, start + 100));
      },
      append(entries) {
        for (const entry of entries) {
          const { projectId, change } = entry;
          if (removed.has(projectId))
            return Promise.reject(new StudioError('bad-request', 'This project was deleted.'));
          const journal = journals.get(projectId) ?? [];
          journals.set(projectId, journal);
          if (!journal.some(({ id }) => id === entry.id)) journal.push(structuredClone(entry));
          if (change.type !== 'project-removed') continue;
          journals.delete(projectId);
          removed.add(projectId);
        }
        return Promise.resolve();
      },
    },
    files: {
      deliver: ({ runId }) =>
        Promise.resolve({ savedTo: `/home/you/Documents/${runId.slice(0, 8)}.zip`, url: null }),
      place: () => Promise.resolve({ folder: '/home/you/Handful', version: '0.1.0' }),
    },
  };
}

/** Opens transports to one fake studio, slow enough to watch. */
export function serveFakeStudio(): () => Promise<Transport> {
  const studio = createFakeStudio({ stepMs: 60 });
  return () => {
    const { left, right } = memoryTransports();
    serve(studioContract, studio, right);
    return Promise.resolve(left);
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const countParameters = () => ({
  learned: 68_120,
  base: 22_713_219,
  share: 68_120 / 22_713_219,
  parts: [{ part: 'label words', numbers: 68_120 }],
});

/** A number between 0 and 1 that depends on the text only. */
function noise(text: string): number {
  let hash = 2166136261;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
  return (hash >>> 0) / 2 ** 32;
}

function predict(task: Task, { id, text }: Text, sureness: number): Prediction {
  const words = new Set(text.toLowerCase().match(/\p{L}+/gu));
  const scores = task.labels.map((label) => {
    const about = `${label.name} ${label.description ?? ''}`.toLowerCase().match(/\p{L}+/gu) ?? [];
    const shared = about.filter((word) => words.has(word)).length;
    return Math.exp(sureness * (shared + 2 * noise(text + label.name)));
  });
  const sum = scores.reduce((total, score) => total + score, 0);
  return { id, confidence: scores.map((score) => score / sum) };
}

/** Right about four texts in five. */
function crossValidate({ examples, task }: TrainRequest): CrossValidation | null {
  if (examples.length < 8) return null;
  const predictions = examples.map(({ id, text, labels: given }) => {
    const right = task.labels.findIndex(({ id: label }) => label === given[0]);
    const place = noise(text) < 0.8 ? right : (right + 1) % task.labels.length;
    const sure = 0.5 + 0.48 * noise(`${text} sure`);
    const rest = (1 - sure) / Math.max(1, task.labels.length - 1);
    return { id, given, confidence: task.labels.map((_, at) => (at === place ? sure : rest)) };
  });
  const given = predictions.map(
    ({ confidence }) => task.labels[confidence.indexOf(Math.max(...confidence))]?.id,
  );
  const correct = examples.filter(({ labels }, at) => labels[0] === given[at]).length;
  const accuracy = correct / examples.length;
  return {
    folds: 4,
    texts: examples.length,
    correct,
    accuracy,
    low: Math.max(0, accuracy - 0.11),
    high: Math.min(1, accuracy + 0.08),
    predictions,
    labels: task.labels.map(({ id }) => ({
      labelId: id,
      examples: examples.filter(({ labels }) => labels[0] === id).length,
      found: examples.filter(({ labels }, at) => labels[0] === id && given[at] === id).length,
      wronglyGiven: examples.filter(({ labels }, at) => labels[0] !== id && given[at] === id)
        .length,
    })),
  };
}
