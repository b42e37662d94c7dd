// An encoder on disk: a Hugging Face folder with config.json, model.safetensors, tokenizer.json.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import type { EncoderInfo } from '../../../shared/domain';
import { StudioError } from '../../../shared/errors';
import { loadTokenizer, type Tokenizer } from '../tokenization/tokenizer';
import { bertTensors } from './bertTensors';
import { EncoderConfig } from './encoderConfig';
import { openSafetensors, type Safetensors } from '../weights/safetensors';

export interface Encoder {
  readonly info: EncoderInfo;
  readonly folder: string;
  readonly config: EncoderConfig;
  /** Where each tensor lies in the weights file. */
  readonly tensors: Safetensors['tensors'];
  readonly tokenizer: Tokenizer;
}

/** The name of the weights file inside an encoder's folder. */
export const weightsFile = 'model.safetensors';

/** Opens the folder; throws 'encoder-missing' or 'encoder-damaged', naming the file. */
export const openEncoder = (folder: string): Promise<Encoder> => open(folder, () => false);

/** The same for a folder that was never taught: it may lack the entailment head and our section. */
export const openBase = (folder: string): Promise<Encoder> =>
  open(folder, (name) => name.startsWith('entailment.'));

async function open(folder: string, mayLack: (tensor: string) => boolean): Promise<Encoder> {
  const config = await readConfig(path.join(folder, 'config.json'), mayLack('entailment.weight'));
  const weights = await openSafetensors(path.join(folder, weightsFile));
  await weights.close(); // the sessions read the numbers themselves
  const { tensors } = weights;
  checkTensors(config, weights, mayLack);
  const tokenizer = await loadTokenizer(folder);
  if (tokenizer.vocabularySize > config.vocab_size)
    throw damaged(
      path.join(folder, 'tokenizer.json'),
      `it knows ${tokenizer.vocabularySize} words and the encoder only ${config.vocab_size}`,
    );
  const id = path.basename(folder);
  const { handful } = config;
  const info: EncoderInfo = {
    id,
    name: handful.name ?? id,
    parameters: [...tensors.values()].reduce(
      (sum, { shape }) => sum + shape.reduce((product, dim) => product * dim, 1),
      0,
    ),
    maxTextTokens: Math.min(handful.max_text_tokens, config.max_position_embeddings),
    language: handful.language ?? '',
    licence: handful.licence ?? '',
  };
  return { info, folder, config, tensors, tokenizer };
}

/** Our section for a base that has none. */
const untaught: EncoderConfig['handful'] = { layout: 'shared-text', max_text_tokens: 256 };

const damaged = (file: string, why: string) =>
  new StudioError(
    'encoder-damaged',
    `"${file}" cannot be used: ${why}. Install Handful again, or choose another encoder folder.`,
  );

/** All tensors that the family needs are there, as large as config.json says, in a usable type. */
function checkTensors(
  config: EncoderConfig,
  { path: file, tensors }: Safetensors,
  mayLack: (tensor: string) => boolean,
): void {
  for (const [name, shape] of bertTensors(config)) {
    const tensor = tensors.get(name) ?? tensors.get(`bert.${name}`);
    if (!tensor && mayLack(name)) continue;
    if (!tensor) throw damaged(file, `it has no tensor "${name}"`);
    if (tensor.shape.join() !== shape.join())
      throw damaged(
        file,
        `"${name}" is [${tensor.shape.join(', ')}], and by config.json it should be [${shape.join(', ')}]`,
      );
    if (tensor.dtype !== 'F32' && tensor.dtype !== 'F16')
      throw damaged(file, `"${name}" holds ${tensor.dtype}; only F32 and F16 can be used`);
  }
}

async function readConfig(file: string, isBase: boolean): Promise<EncoderConfig> {
  const bytes = await readFile(file, 'utf8').catch(() => {
    throw new StudioError(
      'encoder-missing',
      `The encoder has no ${path.basename(file)} in "${path.dirname(file)}". Install Handful again, or choose another encoder folder.`,
    );
  });
  let json: unknown;
  try {
    json = JSON.parse(bytes);
  } catch {
    throw damaged(file, 'it is not JSON');
  }
  const result = v.safeParse(
    EncoderConfig,
    isBase ? { handful: untaught, ...(json as object) } : json,
  );
  if (!result.success) {
    const [issue] = result.issues;
    const place = v.getDotPath(issue) ?? 'the whole';
    throw damaged(
      file,
      issue.received === 'undefined'
        ? `it does not say "${place}"`
        : `"${place}" is ${issue.received} and should be ${issue.expected ?? 'something else'}`,
    );
  }
  if (result.output.hidden_size % result.output.num_attention_heads !== 0)
    throw damaged(file, 'hidden_size is no multiple of num_attention_heads');
  return result.output;
}
