// Labelled texts from a folder that the user names: NAME.train.jsonl.gz and NAME.test.jsonl.gz, lines
// with "text" and "label".
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as v from 'valibot';

const LabelledRow = v.object({ text: v.string(), label: v.string() });
export type LabelledRow = v.InferOutput<typeof LabelledRow>;

/** The rows of `DIR/<name>.jsonl.gz` in their order. */
export const readLabelled = (folder: string, name: string): Promise<LabelledRow[]> =>
  readRows(path.join(folder, `${name}.jsonl.gz`), LabelledRow);

/** The lines of a gzipped file, each of them JSON that fits `schema`, in their order. */
export async function readRows<S extends v.GenericSchema>(
  file: string,
  schema: S,
): Promise<v.InferOutput<S>[]> {
  const bytes = await readFile(file).catch(() => {
    throw new Error(
      `There is no "${file}". Name a folder with NAME.train.jsonl.gz and NAME.test.jsonl.gz after --data; each line is an object with "text" and "label".`,
    );
  });
  return gunzipSync(bytes)
    .toString('utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => v.parse(schema, JSON.parse(line)));
}
