// A training run from labelled texts to a classifier, as a stream of events; reads like the method.
import { checkExamples } from '../../../shared/checkExamples';
import type { RunSummary, TrainEvent, TrainRequest } from '../../../shared/events';
import type { Learned } from '../evaluation/learned';
import { countLearned } from '../evaluation/learnedFile';
import { predictTexts } from '../evaluation/predict';
import type { Readers } from '../evaluation/readers';
import { fitTemperature } from '../experts/temperature';
import { assemble, tunedOutOfFold } from './assemble';
import { readCheckpoint, writeCheckpoint } from './checkpoint';
import { combine, judgeHeldOut, lowerRare, temper } from './combine';
import { heldOutRows, otherRows, stackKindOf } from './linearExperts';
import { runPasses, type Pass } from './passes';
import { prepare, type Prepared } from './prepare';
import type { Recipe } from './recipe';
import { supposeLabels } from './selfTraining';
import { Stopwatch } from './stopwatch';
import { crossValidation, describeRecipe } from './summary';
import { TextTuning } from './textTuning';
import { TokenTuning } from './tokenTuning';

export interface TrainContext {
  readonly readers: Readers;
  readonly recipe: Recipe;
  /** Folder of the run, for checkpoints. */
  readonly folder: string;
  /** Stops the run; nothing is kept. */
  readonly cancel: AbortSignal;
  /** "Stop and keep this moment". */
  readonly keep: AbortSignal;
}

/** A pass that is there to judge: the texts that it does not see. */
interface Check extends Pass {
  readonly heldOut: readonly number[];
}

/** Streams all events but the last, `finished`, which the caller sends once the run is stored. */
export async function* train(
  request: TrainRequest,
  context: TrainContext,
): AsyncGenerator<TrainEvent, { learned: Learned; summary: RunSummary }> {
  checkExamples(request.task, request.examples);
  const { readers, recipe, folder, cancel, keep } = context;
  const { encoder, provider } = readers;
  const clock = new Stopwatch();

  yield { type: 'phase', phase: 'reading' };
  const prepared = await prepare(readers, request, recipe, cancel);
  const { labelled, plan } = prepared;
  const owner = { request, recipe, parameters: plan.parameters };
  clock.lap('reading');

  const { tokens, text } = await openTunings(request, prepared, context);
  try {
    const learning = [tokens, text].flatMap((tuning): Pass[] =>
      tuning ? [{ tuning, rows: otherRows(labelled, []), part: tuning.part }] : [],
    );
    const checks = text ? planChecks(prepared, text, recipe, request.seed) : [];
    const passes = [...learning, ...checks];
    const parts = passes.map((pass) => ({ part: pass.part, steps: pass.tuning.steps(pass) }));
    const from = await readCheckpoint(folder, owner);
    const cutTexts = request.examples.flatMap(({ id }, i) => {
      const { tokens: all = 0, kept = 0 } = labelled.rows[i] ?? {};
      return kept < all ? [{ id, tokens: all, kept }] : [];
    });
    yield {
      type: 'started',
      parts,
      provider,
      parameters: plan.parameters,
      cutTexts,
      resumedAt: from?.losses.length ?? 0,
      losses: [...(from?.losses ?? [])],
    };
    clock.lap('preparing');

    const expertsFrom = (vectors: readonly Float32Array[]) => {
      const of = (tuning: Pass['tuning'] | null) =>
        vectors[learning.findIndex((pass) => pass.tuning === tuning)] ?? null;
      const parts = { tokens: of(tokens), text: of(text) };
      return assemble(readers, prepared, parts, tokens, cancel);
    };
    const { finished, losses, stoppedEarly } = yield* runPasses(passes, from, {
      cancel,
      keep,
      save: (checkpoint) => writeCheckpoint(folder, owner, checkpoint),
      show:
        request.watch.length === 0
          ? null
          : async (vectors, step) => {
              const learned = combine(labelled, await expertsFrom(vectors), recipe);
              const predictions = await predictTexts(readers, learned, request.watch, cancel);
              return { type: 'watch', step, predictions };
            },
    });
    clock.lap('learning');

    const experts = await expertsFrom(finished);
    const untempered = combine(labelled, experts, recipe);
    const done = checks.flatMap(({ heldOut }, i) => {
      const parameters = finished[learning.length + i];
      return parameters && !stoppedEarly ? [{ heldOut, parameters }] : [];
    });
    const tunedHeldOut = await tunedOutOfFold(readers, prepared, done, recipe, cancel);
    const judged = judgeHeldOut(prepared, tunedHeldOut, recipe);
    // Held-out answers that lack an expert say nothing about how sure all of them together may be.
    const isWhole =
      prepared.folds.length >= 2 && (untempered.tuned === null || tunedHeldOut !== null);
    const temperature = isWhole
      ? fitTemperature(
          stackKindOf(request.task.kind),
          judged,
          labelled.targets,
          request.task.labels.length,
          recipe.temperaturePull * Math.max(1, recipe.stack.fullTexts / labelled.texts.length),
        )
      : 1;
    const heldOut = judged.map((logit) => logit / temperature);
    clock.lap('judging');
    const judgedByLabels = temper(untempered, temperature);
    // Who asked to keep the moment gets what was shown, and at once.
    const pool = stoppedEarly ? [] : request.pool;
    if (pool.length > 0) yield { type: 'phase', phase: 'comparing' };
    const supposed = await supposeLabels(
      readers,
      labelled,
      judgedByLabels,
      isWhole ? heldOut : null,
      pool,
      recipe,
      cancel,
    );
    const learned = supposed
      ? lowerRare(
          temper(combine(labelled, experts, recipe, supposed), temperature),
          supposed.rarity,
        )
      : judgedByLabels;
    const ids = request.examples.map(({ id }) => id);
    clock.lap('comparing');
    yield { type: 'phase', phase: 'keeping' };
    const summary: RunSummary = {
      runId: request.runId,
      encoder: encoder.info.id,
      task: request.task,
      createdAt: Date.now(),
      seed: request.seed,
      stoppedEarly,
      provider,
      parameters: countLearned(learned, encoder.info.parameters),
      crossValidation:
        prepared.folds.length < 2
          ? null
          : crossValidation(labelled, ids, heldOut, prepared.folds.length),
      temperature,
      losses: [...losses],
      parts,
      seconds: clock.laps,
      recipe: describeRecipe(learned, plan, supposed),
      cutTexts,
    };
    return { learned, summary };
  } finally {
    await tokens?.release();
    await text?.release();
  }
}

async function openTunings(
  { seed }: TrainRequest,
  { plan, labelled, start, zeroShot }: Prepared,
  { readers, recipe }: TrainContext,
): Promise<{ tokens: TokenTuning | null; text: TextTuning | null }> {
  const tokens = plan.tunesTokens
    ? await TokenTuning.open(readers, start, labelled, zeroShot, {
        plan,
        recipe: recipe.tokens,
        seed,
      })
    : null;
  if (plan.pairs.length === 0) return { tokens, text: null };
  try {
    const options = { recipe: recipe.text, seed };
    return { tokens, text: await TextTuning.open(readers, plan.pairs, labelled, options) };
  } catch (error) {
    await tokens?.release();
    throw error;
  }
}

/** The text tuning once more for each fold, without the fold's texts. */
function planChecks(
  { labelled }: Prepared,
  tuning: TextTuning,
  recipe: Recipe,
  seed: number,
): Check[] {
  return heldOutRows(labelled, recipe.checkFolds, seed).map((heldOut) => ({
    tuning,
    rows: otherRows(labelled, heldOut),
    heldOut,
    part: 'check',
  }));
}
