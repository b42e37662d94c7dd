// LICENSES of a bundle: who made which part, and under which terms it may be passed on.
import apacheLicence from '../../../../LICENSE?raw';
import { type EncoderFiles } from './encoderFiles';

export function listLicences(encoderId: string, encoder: EncoderFiles): string {
  const { base, licence } = encoder.facts;
  const isApache = licence?.toLowerCase() === 'apache-2.0';
  const where =
    encoder.notices.length > 0
      ? 'its text is at the end of this file'
      : "see the encoder's own page";
  const parts = [
    `The encoder "${encoderId}"${base === undefined ? '' : `, made from ${base}`}`,
    '    onnx/model.onnx, tokenizer.json, tokenizer_config.json, special_tokens_map.json',
    `    Licence: ${licence ?? 'not stated'} (${isApache ? 'its text is below' : where})`,
    '',
    'The programs that run the classifier, by the makers of Handful',
    '    run/',
    '    Licence: Apache-2.0 (its text is below)',
    '',
    'What was learned from the labelled texts',
    '    task.safetensors, golden.jsonl, README.md, and a part of onnx/model.onnx',
    '    Belongs to whoever labelled the texts.',
  ];
  const texts = [apacheLicence, ...encoder.notices].map((text) => text.trim());
  return [parts.join('\n'), ...new Set(texts)].join(`\n\n${'-'.repeat(80)}\n\n`) + '\n';
}
