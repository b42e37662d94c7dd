// Reads a bundle back and believes nothing that its manifest does not vouch for.
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { StudioError, toStudioError } from '../../../shared/errors';
import { damaged, type Bundle } from './bundle';
import { BundleConfig } from './bundleConfig';
import { Manifest, manifestName } from './manifest';
import { readZip, ZipRefusal } from './zip';

const mostBytes = 2 ** 31 - 1;

const GoldenLine = v.object({ text: v.string(), confidence: v.array(v.number()) });

/** Without these there is nothing to run or to reopen. */
const needed = [
  'config.json',
  'golden.jsonl',
  'onnx/model.onnx',
  'task.safetensors',
  'tokenizer.json',
];

/**
 * Reads and checks a bundle. Throws 'bundle-damaged', naming the file of the bundle that is missing,
 * altered or not as it should be; 'bad-request' when there is no such file; 'too-large' above 2 GB.
 */
export async function readBundle(file: string): Promise<Bundle> {
  const fileName = path.basename(file);
  const files = unzip(await readArchive(file, fileName), fileName);
  const manifest = parse(Manifest, files, manifestName, fileName);
  for (const name of files.keys())
    if (name !== manifestName && !Object.hasOwn(manifest.files, name))
      throw damaged(fileName, name, 'is not in its list of files');
  for (const [name, listed] of Object.entries(manifest.files)) {
    const bytes = files.get(name);
    if (!bytes) throw damaged(fileName, name, 'is missing');
    if (createHash('sha256').update(bytes).digest('hex') !== listed.sha256)
      throw damaged(fileName, name, 'was changed after it was exported');
  }
  for (const name of needed) if (!files.has(name)) throw damaged(fileName, name, 'is missing');
  const config = parse(BundleConfig, files, 'config.json', fileName);
  return { fileName, config, golden: readGolden(files, config, fileName), files };
}

async function readArchive(file: string, fileName: string): Promise<Buffer> {
  const found = await stat(file).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw toStudioError(error);
  });
  if (!found?.isFile())
    throw new StudioError(
      'bad-request',
      `There is no file "${file}". Name the zip file of an exported classifier.`,
      { file },
    );
  if (found.size > mostBytes)
    throw new StudioError(
      'too-large',
      `"${fileName}" is larger than 2 GB, the most a classifier has.`,
    );
  return readFile(file).catch((error: unknown) => {
    throw toStudioError(error);
  });
}

function unzip(archive: Buffer, fileName: string): Map<string, Uint8Array> {
  try {
    return readZip(archive);
  } catch (error) {
    if (!(error instanceof ZipRefusal)) throw error;
    if (error.file !== undefined) throw damaged(fileName, error.file, error.message);
    throw new StudioError(
      'bundle-damaged',
      `"${fileName}" ${error.message}. Export the classifier again, or fetch a fresh copy.`,
      { bundle: fileName },
    );
  }
}

function parse<Schema extends v.GenericSchema>(
  schema: Schema,
  files: ReadonlyMap<string, Uint8Array>,
  name: string,
  fileName: string,
): v.InferOutput<Schema> {
  const bytes = files.get(name);
  if (!bytes) throw damaged(fileName, name, 'is missing');
  return parseJson(schema, Buffer.from(bytes).toString('utf8'), name, fileName);
}

function parseJson<Schema extends v.GenericSchema>(
  schema: Schema,
  json: string,
  name: string,
  fileName: string,
): v.InferOutput<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw damaged(fileName, name, 'is not JSON');
  }
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const place = v.getDotPath(issue) ?? 'the whole';
  throw damaged(fileName, name, `is not as it should be (${place}: ${issue.message})`);
}

function readGolden(
  files: ReadonlyMap<string, Uint8Array>,
  config: BundleConfig,
  fileName: string,
): Bundle['golden'] {
  const name = 'golden.jsonl';
  const lines = Buffer.from(files.get(name) ?? [])
    .toString('utf8')
    .split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const golden = parseJson(GoldenLine, line, name, fileName);
      if (golden.confidence.length !== config.handful.labels.length)
        throw damaged(fileName, name, 'has another number of labels than "config.json"');
      return golden;
    });
}
