// The engine's contract put together: which calls there are, one training at a time, and who shares
// which sessions. The work itself is done in the folders beside.
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Engine } from '../../shared/contract';
import type { Task } from '../../shared/domain';
import { checkLabels } from '../../shared/checkExamples';
import { StudioError, toStudioError } from '../../shared/errors';
import type { ClassifierRef, ExportReport, TrainEvent, TrainRequest } from '../../shared/events';
import { explainDiskError } from '../../shared/explainDiskError';
import { EncoderCatalog } from './encoders/catalog';
import { chosenArithmetic } from './encoders/int8';
import { encoderOf, readLearned, writeLearned, zeroShot } from './evaluation/learnedFile';
import type { Learned } from './evaluation/learned';
import { predict, predictTexts } from './evaluation/predict';
import { Readers } from './evaluation/readers';
import { writeModel } from './onnx/write';
import { bundleName } from './packaging/bundleName';
import { classifierGraph } from './packaging/classifierGraph';
import { embedWeights } from './packaging/embedWeights';
import { exportBundle } from './packaging/exportBundle';
import { readBundle } from './packaging/readBundle';
import { removeOthers } from './packaging/removeOthers';
import { RunFolder } from './runFolder';
import { pause } from './runtime/pause';
import { chooseProvider, processorReport } from './runtime/providers';
import { removeCheckpoint, removeOtherCheckpoints } from './training/checkpoint';
import { defaultRecipe, type Recipe } from './training/recipe';
import { train } from './training/train';

export interface EngineFolders {
  /** Runs, exports and encoders that the user has added. */
  readonly data: string;
  /** What comes with Handful. */
  readonly resources: string;
  /** The script of the engine's process, to try graphics cards in; null: only the processor is used. */
  readonly entry: string | null;
}

interface Training {
  readonly runId: string;
  readonly keep: AbortController;
  readonly cancel: AbortSignal;
  readonly ended: Promise<void>;
}

/** Texts that an exported classifier is tested on, at most. */
const mostGolden = 32;

export function createEngine(
  { data, resources, entry }: EngineFolders,
  recipe: Recipe = defaultRecipe,
): Engine {
  const catalog = new EncoderCatalog([
    path.join(resources, 'encoders'),
    path.join(data, 'encoders'),
  ]);
  const readersOf = new Map<string, Promise<Readers>>();
  let provider: ReturnType<typeof chooseProvider> | undefined;
  let training: Training | null = null;
  let exporting: Promise<unknown> = Promise.resolve();

  const currentProvider = () => {
    provider ??= chooseProvider(data, entry).catch((error: unknown) => {
      provider = undefined; // asked again next time
      throw error;
    });
    return provider;
  };
  /**
   * The failure as the caller is told it. After a graphics card has failed the processor does the sums,
   * until Handful is opened again.
   */
  const afterFailure = async (error: unknown): Promise<unknown> => {
    const { code, message } = toStudioError(error);
    if (code !== 'provider-failed') return error;
    const { provider: used, tried } = await currentProvider();
    // One that was named by hand is not given up for another.
    if (used === 'cpu' || tried.length === 0) return error;
    provider = Promise.resolve(processorReport(tried));
    readersOf.clear();
    return new StudioError(
      code,
      `The graphics card failed (${message}). Handful uses the processor from now on: please try again.`,
    );
  };
  const openReaders = (encoder: string): Promise<Readers> => {
    const known = readersOf.get(encoder);
    if (known) return known;
    const opening = (async () => {
      const { provider } = await currentProvider();
      return new Readers(await catalog.open(encoder), provider, undefined, chosenArithmetic());
    })();
    readersOf.set(encoder, opening);
    opening.catch(() => readersOf.delete(encoder));
    return opening;
  };

  const openClassifier = async (
    ref: ClassifierRef,
  ): Promise<{ readers: Readers; learned: Learned }> => {
    if (ref.kind === 'zero-shot') {
      checkLabels(ref.task);
      const readers = await openReaders(ref.encoder);
      return { readers, learned: await zeroShot(readers.encoder, ref.task) };
    }
    const folder = new RunFolder(data, ref.runId);
    await folder.requireLearned();
    const readers = await openReaders(await encoderOf(folder.learnedFile));
    return { readers, learned: await readLearned(folder.learnedFile, readers.encoder) };
  };

  async function* runTraining(
    request: TrainRequest,
    cancel: AbortSignal,
  ): AsyncGenerator<TrainEvent> {
    // One that was stopped still has to end the step in progress.
    while (training?.cancel.aborted) await training.ended;
    if (training)
      throw new StudioError(
        'busy',
        'A classifier is being trained already. Wait for it, or stop it first.',
      );
    const keep = new AbortController();
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    training = { runId: request.runId, keep, cancel, ended };
    try {
      const readers = await openReaders(request.encoder);
      const folder = new RunFolder(data, request.runId);
      const context = { readers, recipe, folder: folder.path, cancel, keep: keep.signal };
      // Runs that were stopped, or given up, have left theirs.
      await removeOtherCheckpoints(path.dirname(folder.path), request.runId);
      const { learned, summary } = yield* train(request, context);
      await pause(cancel);
      await folder.create();
      await writeLearned(folder.learnedFile, learned, readers.encoder);
      await folder.complete(summary, goldenTexts(request));
      await removeCheckpoint(folder.path);
      yield { type: 'finished', summary };
    } catch (error) {
      throw await afterFailure(error);
    } finally {
      training = null;
      end();
    }
  }

  async function exportRun(runId: string, name: string): Promise<ExportReport> {
    const folder = new RunFolder(data, runId);
    const summary = await folder.summary();
    const { readers, learned } = await openClassifier({ kind: 'trained', runId });
    const { encoder } = readers;
    const maps = await readers.maps();
    const model = await embedWeights(classifierGraph(encoder, learned, maps), encoder.folder);
    const texts = (await folder.goldenTexts()).map((text, i) => ({ id: String(i), text }));
    const said = await predictTexts(readers, learned, texts, new AbortController().signal);
    const target = path.join(data, 'exports', runId);
    await mkdir(target, { recursive: true }).catch((error: unknown) => {
      throw explainDiskError(error, target);
    });
    const report = await exportBundle(
      {
        name,
        summary,
        encoderFolder: encoder.folder,
        model: writeModel(model),
        taskFile: folder.learnedFile,
        maxTextTokens: encoder.info.maxTextTokens,
        arithmetic: maps ? 'int8' : 'float32',
        calibration: {
          temperature: summary.temperature,
          thresholds: summary.task.labels.map(() => 0.5),
        },
        golden: texts.map(({ text }, i) => ({ text, confidence: said[i]?.confidence ?? [] })),
      },
      path.join(target, bundleName(name)),
    );
    await removeOthers(path.join(target, report.fileName));
    return report;
  }

  async function openBundle(file: string): Promise<{ runId: string; task: Task }> {
    const bundle = await readBundle(file);
    const runId = randomUUID();
    const folder = new RunFolder(data, runId);
    await folder.create();
    await writeFile(folder.learnedFile, bundle.files.get('task.safetensors') ?? new Uint8Array());
    const { learned } = await openClassifier({ kind: 'trained', runId });
    return { runId, task: learned.task };
  }

  return {
    encoders: {
      list: async () => (await catalog.usable()).map(({ info }) => info),
    },
    provider: { current: currentProvider },
    training: {
      run: runTraining,
      keep: ({ runId }) => {
        if (training?.runId === runId) training.keep.abort();
        return Promise.resolve();
      },
    },
    predictions: {
      async *run({ classifier, texts }, signal) {
        try {
          const { readers, learned } = await openClassifier(classifier);
          yield* predict(readers, learned, texts, signal);
        } catch (error) {
          throw await afterFailure(error);
        }
      },
    },
    classifiers: {
      export: ({ runId, name }) => {
        // One after the other: each removes what it finds beside its own file.
        const report = exporting.then(() => exportRun(runId, name));
        exporting = report.catch(() => undefined);
        return report;
      },
      open: ({ path: file }) => openBundle(file),
    },
  };
}

/** Some labelled texts, and some that are hard to read the same everywhere. */
function goldenTexts({ examples, watch }: TrainRequest): string[] {
  const own = [...examples, ...watch].map(({ text }) => text).slice(0, mostGolden - 4);
  return [...own, 'Ça va? 你好 👍🏽 مرحبا', '', 'A  word\tand\u0000another.', 'word '.repeat(600)];
}
