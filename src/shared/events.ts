// What is asked of the engine and what it streams back. A request is a snapshot: it carries all
// that the job needs, so the engine never asks back.
import * as v from 'valibot';
import { LabelledText, Prediction, ProviderName, Task, Text } from './domain';

export const TrainRequest = v.object({
  /** Chosen by the caller; names the folder in which the run is kept. */
  runId: v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{1,64}$/)),
  encoder: v.string(),
  task: Task,
  examples: v.array(LabelledText),
  /** Texts whose predictions are streamed while the run learns; a dozen or so. */
  watch: v.array(Text),
  /** Texts of the same table without a label, some hundred: what they are like helps to learn. */
  pool: v.array(Text),
  seed: v.number(),
});
export type TrainRequest = v.InferOutput<typeof TrainRequest>;

/** Where the learned numbers are, for the 3 % rule; `share` = learned / base. */
export const ParameterCount = v.object({
  learned: v.number(),
  base: v.number(),
  share: v.number(),
  parts: v.array(v.object({ part: v.string(), numbers: v.number() })),
});
export type ParameterCount = v.InferOutput<typeof ParameterCount>;

export const LabelScore = v.object({
  labelId: v.string(),
  examples: v.number(),
  /** Examples of the label that were found, and texts that were given the label wrongly. */
  found: v.number(),
  wronglyGiven: v.number(),
});
export type LabelScore = v.InferOutput<typeof LabelScore>;

/**
 * A stretch of steps that learns one thing, each with a loss of its own: the words of the question,
 * how texts are read, or (`check`) the latter once more without some of the texts, to judge by them.
 */
export const TrainPart = v.object({
  part: v.picklist(['words', 'texts', 'check']),
  steps: v.number(),
});
export type TrainPart = v.InferOutput<typeof TrainPart>;

/** What the model that had not seen a text said of it, and the labels that the text had then. */
export const Judgement = v.object({
  ...Prediction.entries,
  /** Ids; absent in runs of earlier versions. */
  given: v.optional(v.array(v.string())),
});
export type Judgement = v.InferOutput<typeof Judgement>;

/** Scores by cross-validation on the labelled texts: each text judged by a model that had not seen it. */
export const CrossValidation = v.object({
  folds: v.number(),
  texts: v.number(),
  correct: v.number(),
  accuracy: v.number(),
  /** 95 % Wilson interval of the accuracy. */
  low: v.number(),
  high: v.number(),
  labels: v.array(LabelScore),
  /** One per example, in their order. */
  predictions: v.array(Judgement),
});
export type CrossValidation = v.InferOutput<typeof CrossValidation>;

export const RunSummary = v.object({
  runId: v.string(),
  encoder: v.string(),
  task: Task,
  createdAt: v.number(),
  seed: v.number(),
  /** True when the user stopped early and kept what was learned so far. */
  stoppedEarly: v.boolean(),
  provider: ProviderName,
  parameters: ParameterCount,
  /** Null when there are too few labels to judge by. */
  crossValidation: v.nullable(CrossValidation),
  /** By what the log-odds were divided so that confidence keeps its word; 1 where nothing could tell. */
  temperature: v.optional(v.number(), 1),
  /** Loss of each step, in order; `parts` says which steps learned what. */
  losses: v.array(v.number()),
  parts: v.array(TrainPart),
  /** Seconds by phase, in order. */
  seconds: v.array(v.object({ phase: v.string(), seconds: v.number() })),
  /** How the experts are weighed, in plain words, for the model card. */
  recipe: v.array(v.string()),
  cutTexts: v.array(v.object({ id: v.string(), tokens: v.number(), kept: v.number() })),
});
export type RunSummary = v.InferOutput<typeof RunSummary>;

export const TrainPhase = v.picklist(['reading', 'learning', 'checking', 'comparing', 'keeping']);
export type TrainPhase = v.InferOutput<typeof TrainPhase>;

export const TrainEvent = v.variant('type', [
  v.object({
    type: v.literal('started'),
    /** In order; their steps are all that there are. */
    parts: v.array(TrainPart),
    provider: ProviderName,
    parameters: ParameterCount,
    cutTexts: v.array(v.object({ id: v.string(), tokens: v.number(), kept: v.number() })),
    /** Step from which a run that had been interrupted goes on; 0 for a fresh one. */
    resumedAt: v.number(),
    /** Loss of each step up to that one. */
    losses: v.array(v.number()),
  }),
  v.object({ type: v.literal('phase'), phase: TrainPhase }),
  v.object({
    type: v.literal('step'),
    step: v.number(),
    loss: v.number(),
    secondsLeft: v.number(),
  }),
  /** Predictions for `watch`, as the model stands after `step`. */
  v.object({ type: v.literal('watch'), step: v.number(), predictions: v.array(Prediction) }),
  v.object({ type: v.literal('finished'), summary: RunSummary }),
]);
export type TrainEvent = v.InferOutput<typeof TrainEvent>;

/** Something that classifies: an encoder asked before it has learned, or a finished run. */
export const ClassifierRef = v.variant('kind', [
  v.object({ kind: v.literal('zero-shot'), encoder: v.string(), task: Task }),
  v.object({ kind: v.literal('trained'), runId: v.string() }),
]);
export type ClassifierRef = v.InferOutput<typeof ClassifierRef>;

export const PredictRequest = v.object({ classifier: ClassifierRef, texts: v.array(Text) });
export type PredictRequest = v.InferOutput<typeof PredictRequest>;

export const ExportRequest = v.object({ runId: v.string(), name: v.string() });
export type ExportRequest = v.InferOutput<typeof ExportRequest>;

export const ExportReport = v.object({
  runId: v.string(),
  fileName: v.string(),
  sizeBytes: v.number(),
  /** Texts on which the exported file was compared with the app, and the largest difference. */
  goldenTexts: v.number(),
  largestDifference: v.number(),
});
export type ExportReport = v.InferOutput<typeof ExportReport>;
