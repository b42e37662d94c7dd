// Text to token ids, by Hugging Face's own tokenizer (Rust): whatever a tokenizer.json asks for is done
// as everywhere else. How long a text may be is decided in textRow.ts.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Tokenizer as RustTokenizer } from 'tokenizers';
import { StudioError, toStudioError } from '../../../shared/errors';

export interface Tokenizer {
  readonly clsId: number;
  readonly sepId: number;
  readonly padId: number;
  readonly vocabularySize: number;
  /** Ids without special tokens; [] for an empty text. Works on another thread. */
  encode(text: string): Promise<number[]>;
  /** The same for many texts, on all cores. */
  encodeBatch(texts: readonly string[]): Promise<number[][]>;
}

/** Characters handed over at once; bounds the memory of what comes back (offsets, words, pieces). */
const charactersAtOnce = 1_000_000;

const withoutSpecialTokens = { addSpecialTokens: false };

/**
 * Loads `tokenizer.json` of an encoder folder.
 * @throws StudioError 'encoder-missing' without the file, 'encoder-damaged' if it cannot be used.
 */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const file = path.join(folder, 'tokenizer.json');
  const rust = parseTokenizer(await readTokenizer(file, folder), file);
  // A file may ask for a fixed length; batches are padded, and texts cut, by us.
  rust.disablePadding();
  rust.disableTruncation();
  const idOf = (...names: readonly string[]): number => {
    for (const name of names) {
      const id = rust.tokenToId(name);
      if (id !== null) return id;
    }
    throw damaged(file, `it has no token ${names.join(' or ')}`);
  };
  return {
    clsId: idOf('[CLS]', '<s>'),
    sepId: idOf('[SEP]', '</s>'),
    padId: idOf('[PAD]', '<pad>'),
    vocabularySize: rust.getVocabSize(),
    encode: async (text) => (await rust.encode(text, null, withoutSpecialTokens)).getIds(),
    async encodeBatch(texts) {
      const ids: number[][] = [];
      for (const some of splitBySize(texts)) {
        const encodings = await rust.encodeBatch(some, withoutSpecialTokens);
        for (const encoding of encodings) ids.push(encoding.getIds());
      }
      return ids;
    },
  };
}

async function readTokenizer(file: string, folder: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'EISDIR') throw toStudioError(cause);
    throw new StudioError(
      'encoder-missing',
      `The encoder folder "${folder}" has no file "tokenizer.json". Copy the complete folder again.`,
      { file },
    );
  }
}

function parseTokenizer(json: string, file: string): RustTokenizer {
  try {
    return RustTokenizer.fromString(json);
  } catch (cause) {
    throw damaged(file, cause instanceof Error ? cause.message : String(cause));
  }
}

function damaged(file: string, defect: string): StudioError {
  const message = `The file "${file}" is damaged: ${defect}. Put an undamaged copy in its place.`;
  return new StudioError('encoder-damaged', message, { file });
}

/** Runs of neighbouring texts of about a million characters each; a longer text stands alone. */
function* splitBySize(texts: readonly string[]): Generator<string[]> {
  let some: string[] = [];
  let characters = 0;
  for (const text of texts) {
    if (some.length > 0 && characters + text.length > charactersAtOnce) {
      yield some;
      some = [];
      characters = 0;
    }
    some.push(text);
    characters += text.length;
  }
  if (some.length > 0) yield some;
}
