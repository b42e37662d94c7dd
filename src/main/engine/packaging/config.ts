// config.json of a bundle: what Hugging Face's libraries read, and a `handful` section with what
// the runners and the studio read.
import * as v from 'valibot';
import { version } from '../../../../package.json';
import { Label, TaskKind } from '../../../shared/domain';
import { ParameterCount } from '../../../shared/events';
import { type BundleSource } from './bundle';
import { type EncoderFiles } from './encoderFiles';

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
  calibration: v.optional(v.object({ temperature: v.number(), thresholds: v.array(v.number()) })),
});

export const BundleConfig = v.object({
  id2label: v.record(v.string(), v.string()),
  problem_type: v.picklist(['single_label_classification', 'multi_label_classification']),
  handful: HandfulSection,
});
export type BundleConfig = v.InferOutput<typeof BundleConfig>;

/** The encoder's own config.json turned into that of a sequence classifier. */
export function buildConfig(source: BundleSource, encoder: EncoderFiles): Record<string, unknown> {
  const { task, runId, createdAt, parameters, encoder: encoderId } = source.summary;
  const names = task.labels.map((label) => label.name);
  const section: v.InferOutput<typeof HandfulSection> = {
    kind: task.kind,
    template: task.template,
    labels: task.labels,
    maxTextTokens: source.maxTextTokens,
    tokens: encoder.tokens,
    encoder: encoderId,
    engineVersion: version,
    runId,
    createdAt,
    parameters,
    ...(source.calibration && {
      calibration: { ...source.calibration, thresholds: [...source.calibration.thresholds] },
    }),
  };
  return {
    ...encoder.config,
    architectures: [classifierArchitecture(encoder.config)],
    torch_dtype: 'float32',
    id2label: Object.fromEntries(names.map((name, place) => [String(place), name])),
    label2id: Object.fromEntries(names.map((name, place) => [name, place])),
    problem_type:
      task.kind === 'single' ? 'single_label_classification' : 'multi_label_classification',
    handful: section,
  };
}

/** `BertModel` -> `BertForSequenceClassification`. */
function classifierArchitecture(config: Readonly<Record<string, unknown>>): string {
  const [base] = v.parse(v.fallback(v.array(v.string()), []), config.architectures);
  return (base ?? 'BertModel').replace(/(Model|For[A-Z]\w*)$/, '') + 'ForSequenceClassification';
}
