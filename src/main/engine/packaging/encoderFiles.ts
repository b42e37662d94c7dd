// What a bundle takes over from the folder of its encoder: tokenizer, settings, licence.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { StudioError } from '../../../shared/errors';
import { loadTokenizer } from '../tokenization/tokenizer';

const Settings = v.record(v.string(), v.unknown());
const Facts = v.fallback(
  v.object({
    base: v.optional(v.string()),
    licence: v.optional(v.string()),
    language: v.optional(v.string()),
  }),
  {},
);

export interface EncoderFiles {
  /** config.json without its `handful` section. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What the encoder says of itself in that section. */
  readonly facts: v.InferOutput<typeof Facts>;
  /** tokenizer.json, byte for byte. */
  readonly tokenizer: Uint8Array;
  readonly tokenizerConfig: Readonly<Record<string, unknown>>;
  readonly specialTokens: Readonly<Record<string, unknown>>;
  /** Ids around every text, and of the padding behind it. */
  readonly tokens: { readonly start: number; readonly end: number; readonly pad: number };
  /** Texts of LICENSE and NOTICE, where the folder has them. */
  readonly notices: readonly string[];
}

/**
 * Reads them. Throws 'encoder-missing' or 'encoder-damaged', naming the file.
 */
export async function readEncoderFiles(folder: string): Promise<EncoderFiles> {
  const { handful, ...config } = await readSettings(folder, 'config.json');
  const tokenizer = await readRequired(folder, 'tokenizer.json');
  const { clsId, sepId, padId } = await loadTokenizer(folder);
  const tokens = { start: clsId, end: sepId, pad: padId };
  const tokenizerConfig =
    (await readOptional(folder, 'tokenizer_config.json')) === null
      ? describeTokenizer(tokenizer, tokens)
      : await readSettings(folder, 'tokenizer_config.json');
  const specialTokens =
    (await readOptional(folder, 'special_tokens_map.json')) === null
      ? Object.fromEntries(
          Object.entries(tokenizerConfig).filter(([key, value]) => key.endsWith('_token') && value),
        )
      : await readSettings(folder, 'special_tokens_map.json');
  const notices = await Promise.all(
    ['LICENSE', 'NOTICE'].map((name) => readOptional(folder, name)),
  );
  return {
    config,
    facts: v.parse(Facts, handful),
    tokenizer,
    tokenizerConfig,
    specialTokens,
    tokens,
    notices: notices.flatMap((notice) => (notice ? [notice.toString('utf8')] : [])),
  };
}

const Added = v.object({
  added_tokens: v.array(v.object({ id: v.number(), content: v.string() })),
});

/** What other libraries need to be told when the folder has no settings for its tokenizer. */
function describeTokenizer(tokenizer: Buffer, { start, end, pad }: EncoderFiles['tokens']) {
  const { added_tokens: added } = v.parse(Added, JSON.parse(tokenizer.toString('utf8')));
  const nameOf = (id: number) => added.find((token) => token.id === id)?.content;
  const names = { cls_token: nameOf(start), sep_token: nameOf(end), pad_token: nameOf(pad) };
  return { tokenizer_class: 'PreTrainedTokenizerFast', ...names };
}

async function readOptional(folder: string, name: string): Promise<Buffer | null> {
  return readFile(path.join(folder, name)).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
}

async function readRequired(folder: string, name: string): Promise<Buffer> {
  const bytes = await readOptional(folder, name);
  if (bytes) return bytes;
  const encoder = path.basename(folder);
  throw new StudioError(
    'encoder-missing',
    `The file "${name}" of the encoder "${encoder}" is missing. Copy the complete folder again.`,
    { encoder, file: name },
  );
}

async function readSettings(folder: string, name: string) {
  const bytes = await readRequired(folder, name);
  try {
    return v.parse(Settings, JSON.parse(bytes.toString('utf8')));
  } catch {
    const encoder = path.basename(folder);
    throw new StudioError(
      'encoder-damaged',
      `The file "${name}" of the encoder "${encoder}" is not a list of settings in JSON. Put an undamaged copy in its place.`,
      { encoder, file: name },
    );
  }
}
