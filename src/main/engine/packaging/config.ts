// Writes the config.json of a bundle; what is read back of it is in bundleConfig.ts.
import * as v from 'valibot';
import { version } from '../../../../package.json';
import { type BundleSource } from './bundle';
import { type HandfulSection } from './bundleConfig';
import { type EncoderFiles } from './encoderFiles';

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
    arithmetic: source.arithmetic ?? 'float32',
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
