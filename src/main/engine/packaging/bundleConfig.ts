// config.json of a bundle as it is read back: what Hugging Face's libraries read, and a `handful`
// section with what the runners and the studio read.
import * as v from 'valibot';
import { Label, TaskKind } from '../../../shared/domain';
import { ParameterCount } from '../../../shared/events';

export const HandfulSection = v.object({
  kind: TaskKind,
  template: v.string(),
  labels: v.pipe(v.array(Label), v.minLength(1)),
  /** A text is read as start + its first `maxTextTokens - 2` tokens + end. */
  maxTextTokens: v.pipe(v.number(), v.integer(), v.minValue(3)),
  tokens: v.object({ start: v.number(), end: v.number(), pad: v.number() }),
  encoder: v.string(),
  engineVersion: v.string(),
  runId: v.string(),
  createdAt: v.number(),
  parameters: ParameterCount,
  /** With `int8`, another kind of processor may round elsewhere and differ in the third decimal. */
  arithmetic: v.optional(v.picklist(['float32', 'int8']), 'float32'),
  calibration: v.optional(v.object({ temperature: v.number(), thresholds: v.array(v.number()) })),
});

export const BundleConfig = v.object({
  id2label: v.record(v.string(), v.string()),
  problem_type: v.picklist(['single_label_classification', 'multi_label_classification']),
  handful: HandfulSection,
});
export type BundleConfig = v.InferOutput<typeof BundleConfig>;
