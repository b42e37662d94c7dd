// Writes a bundle: one zip that is there whole or not at all.
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../../../shared/errors';
import { explainDiskError } from '../../../shared/explainDiskError';
import { type BundleSource } from './bundle';
import { buildConfig } from './config';
import { readEncoderFiles } from './encoderFiles';
import { listLicences } from './licences';
import { manifestName, type Manifest } from './manifest';
import { writeModelCard } from './modelCard';
import { runnerFiles } from './runnerFiles';
import { createZipWriter, type Chunks } from './zip';

export interface WriteOptions {
  readonly signal?: AbortSignal;
  /** Called with the complete file, under another name; if it throws, nothing is kept. */
  readonly check?: (file: string) => Promise<void>;
}

const chunkBytes = 2 ** 20;
/** A model of more bytes could not be opened by ONNX Runtime: one protobuf message has 31 bits. */
const mostModelBytes = 2 ** 31 - 1;

/**
 * Writes the classifier to `destination` and returns its size in bytes. The file gets its name only
 * once it is complete, checked and on the disk; until then an older file of that name stays.
 * Throws 'disk-full', 'no-permission', 'busy', 'cancelled', 'too-large', 'encoder-missing'.
 */
export async function writeBundle(
  source: BundleSource,
  destination: string,
  { signal, check }: WriteOptions = {},
): Promise<{ sizeBytes: number }> {
  const part = path.join(path.dirname(destination), `${randomUUID().slice(0, 8)}.part`);
  try {
    await refuseHugeModel(source.model);
    await writeZip(await listEntries(source), part, zipDate(source.summary.createdAt), signal);
    await check?.(part);
    signal?.throwIfAborted();
    const { size } = await stat(part);
    await rename(part, destination);
    await syncFolder(path.dirname(destination));
    return { sizeBytes: size };
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined); // the first failure is the one to tell
    throw explainDiskError(error, destination);
  }
}

async function writeZip(
  entries: ReadonlyMap<string, Content>,
  file: string,
  modified: Date,
  signal: AbortSignal | undefined,
): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    const zip = createZipWriter(handle, modified);
    const files: Manifest['files'] = {};
    for (const [name, content] of entries)
      files[name] = await zip.add(name, untilAborted(chunksOf(content), signal));
    const manifest: Manifest = { format: 'handful-classifier', version: 1, files };
    await zip.add(manifestName, chunksOf(toJson(manifest)));
    await zip.finish();
    await handle.sync();
  } finally {
    await handle.close();
  }
}

type Content = string | Uint8Array | { readonly path: string };

async function listEntries(source: BundleSource): Promise<Map<string, Content>> {
  const encoder = await readEncoderFiles(source.encoderFolder);
  const golden = source.golden.map(({ text, confidence }) =>
    // Seven decimals: a thousandth of what the check tolerates.
    JSON.stringify({ text, confidence: confidence.map((value) => Number(value.toFixed(7))) }),
  );
  return new Map<string, Content>([
    ['README.md', writeModelCard(source, encoder.facts)],
    ['LICENSES', listLicences(source.summary.encoder, encoder)],
    ['config.json', toJson(buildConfig(source, encoder))],
    ['tokenizer.json', encoder.tokenizer],
    [
      'tokenizer_config.json',
      toJson({
        ...encoder.tokenizerConfig,
        // What other libraries cut and feed by; the same as in config.json.
        model_max_length: source.maxTextTokens,
        model_input_names: ['input_ids', 'attention_mask'],
      }),
    ],
    ['special_tokens_map.json', toJson(encoder.specialTokens)],
    ['golden.jsonl', golden.map((line) => `${line}\n`).join('')],
    ...Object.entries(runnerFiles),
    ['task.safetensors', { path: source.taskFile }],
    ['onnx/model.onnx', source.model],
  ]);
}

async function refuseHugeModel(model: BundleSource['model']): Promise<void> {
  const bytes = model instanceof Uint8Array ? model.length : (await stat(model.path)).size;
  if (bytes > mostModelBytes)
    throw new StudioError(
      'too-large',
      `The classifier's model has ${bytes} bytes, and one file can hold 2 GB. Choose a smaller encoder.`,
      { bytes },
    );
}

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += chunkBytes)
    yield bytes.subarray(from, from + chunkBytes);
}

function chunksOf(content: Content): Chunks {
  if (typeof content === 'string') return slices(Buffer.from(content));
  if (content instanceof Uint8Array) return slices(content);
  return createReadStream(content.path, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>;
}

async function* untilAborted(chunks: Chunks, signal: AbortSignal | undefined) {
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    yield chunk;
  }
}

/** The rename is on the disk once its folder is; Windows has no such call and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Zip archives know the years 1980 to 2099. */
function zipDate(milliseconds: number): Date {
  return new Date(Math.min(Math.max(milliseconds, Date.UTC(1981, 0)), Date.UTC(2099, 0)));
}

const toJson = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
