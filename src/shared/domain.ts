// What the product is about, as plain JSON data with a schema each: both sides of every transport
// check what they are handed against these.
import * as v from 'valibot';

/** One answer, any number of answers, or yes/no to the task's only label. */
export const TaskKind = v.picklist(['single', 'multi', 'yes-no']);
export type TaskKind = v.InferOutput<typeof TaskKind>;

export const Label = v.object({
  id: v.string(),
  /** The words that the template is completed with, for instance `complaint`. */
  name: v.string(),
  /** What the label means, if the name alone does not say it; used in place of the name. */
  description: v.optional(v.string()),
});
export type Label = v.InferOutput<typeof Label>;

/** A question to be asked of every text: `template` + name of a label. */
export const Task = v.object({
  kind: TaskKind,
  template: v.string(),
  labels: v.array(Label),
});
export type Task = v.InferOutput<typeof Task>;

export const Text = v.object({ id: v.string(), text: v.string() });
export type Text = v.InferOutput<typeof Text>;

/** A text with the ids of the labels that are true of it ([] is a "no" or "none of them"). */
export const LabelledText = v.object({ ...Text.entries, labels: v.array(v.string()) });
export type LabelledText = v.InferOutput<typeof LabelledText>;

/** How sure the classifier is of each label, in the order of the task's labels; single: sums to 1. */
export const Prediction = v.object({
  id: v.string(),
  confidence: v.array(v.number()),
  /** Tokens of the text and how many of them were read, if it was too long to be read whole. */
  cut: v.optional(v.object({ tokens: v.number(), kept: v.number() })),
});
export type Prediction = v.InferOutput<typeof Prediction>;

export const Decision = v.object({
  labels: v.array(v.string()),
  /** `human`: chosen; `accepted`: a suggestion confirmed; `imported`: came with the table. */
  source: v.picklist(['human', 'accepted', 'imported']),
  /** Milliseconds since 1970. */
  at: v.number(),
});
export type Decision = v.InferOutput<typeof Decision>;

export const Example = v.object({
  id: v.string(),
  projectId: v.string(),
  /** Place in the table that it came from, counted over the whole project. */
  position: v.number(),
  text: v.string(),
  /** The other cells of its row that are not empty, by the names of their columns. */
  others: v.optional(v.record(v.string(), v.string())),
  decision: v.nullable(Decision),
  /** Put aside with "skip": offered again after all others. */
  skipped: v.optional(v.boolean()),
});
export type Example = v.InferOutput<typeof Example>;

export const Project = v.object({
  id: v.string(),
  name: v.string(),
  createdAt: v.number(),
  encoder: v.string(),
  task: Task,
  /** The run that the user chose to use; without one, the newest is used. */
  activeRun: v.optional(v.string()),
});
export type Project = v.InferOutput<typeof Project>;

export const EncoderInfo = v.object({
  id: v.string(),
  name: v.string(),
  /** Numbers in the encoder, the entailment head included. */
  parameters: v.number(),
  maxTextTokens: v.number(),
  language: v.string(),
  licence: v.string(),
});
export type EncoderInfo = v.InferOutput<typeof EncoderInfo>;

export const ProviderName = v.picklist(['cpu', 'webgpu', 'cuda', 'dml']);
export type ProviderName = v.InferOutput<typeof ProviderName>;

/** Which processor does the sums, and what was found out about the others. */
export const ProviderReport = v.object({
  provider: ProviderName,
  /** In plain words, for instance `Runs on this computer's processor.` */
  sentence: v.string(),
  tried: v.array(
    v.object({
      provider: ProviderName,
      ok: v.boolean(),
      /** Milliseconds for one step of the probe graph, when it gave the right answer. */
      stepMs: v.optional(v.number()),
      reason: v.optional(v.string()),
    }),
  ),
});
export type ProviderReport = v.InferOutput<typeof ProviderReport>;
