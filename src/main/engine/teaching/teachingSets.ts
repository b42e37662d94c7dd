// The data that an encoder is taught with: sets of pairs (premise, hypothesis, answer) and labelled
// sets recast as entailment. Read whole from a folder of gzipped JSON lines.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import * as v from 'valibot';
import { StudioError } from '../../../shared/errors';
import { plainLabel, recastOf } from './recasts';

export const answers = ['entailment', 'neutral', 'contradiction', 'not_entailment'] as const;
export type Answer = (typeof answers)[number];

export interface Premise {
  readonly text: string;
  readonly hypotheses: readonly { readonly words: string; readonly answer: Answer }[];
}

export interface PairSet {
  readonly kind: 'pairs';
  readonly name: string;
  readonly taught: readonly Premise[];
  readonly heldOut: readonly Premise[];
}

export interface LabelledText {
  readonly text: string;
  /** The label's words. */
  readonly label: string;
}

export interface LabelSet {
  readonly kind: 'labels';
  readonly name: string;
  readonly labels: readonly string[];
  readonly taught: readonly LabelledText[];
  readonly heldOut: readonly LabelledText[];
}

export type TeachingSet = PairSet | LabelSet;

const PairRow = v.object({
  premise: v.string(),
  hypothesis: v.string(),
  label: v.picklist(answers),
});
const LabelRow = v.object({ text: v.string(), label: v.string() });

/** Every so many texts of a set are kept back; at most `mostHeldOut` of them. */
const heldOutEvery = 50;
const mostHeldOut = 40;

const unzip = promisify(gunzip);

/**
 * All files `nli-*.jsonl.gz` and `cls-*.jsonl.gz` of the folder, in the order of their names.
 * @throws StudioError 'bad-table' naming the file and line, or the folder when it has none.
 */
export async function readTeachingSets(folder: string): Promise<TeachingSet[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => /^(?:nli|cls)-.+\.jsonl\.gz$/.test(name)).sort();
  if (files.length === 0)
    throw new StudioError(
      'bad-table',
      `"${folder}" has no files nli-*.jsonl.gz or cls-*.jsonl.gz. Name the folder of the data to teach with.`,
    );
  return Promise.all(files.map((file) => readSet(path.join(folder, file))));
}

async function readSet(file: string): Promise<TeachingSet> {
  const name = path.basename(file, '.jsonl.gz');
  const content = await unzip(await readFile(file)).catch(() => {
    throw new StudioError('bad-table', `"${file}" is damaged. Put an undamaged copy in its place.`);
  });
  const lines = content.toString('utf8').split('\n').filter(Boolean);
  const rows = <T>(schema: v.GenericSchema<unknown, T>) =>
    lines.map((line, i) => parseLine(schema, line, `Line ${i + 1} of "${file}"`));
  if (name.startsWith('nli-')) {
    const byPremise = new Map<string, { words: string; answer: Answer }[]>();
    for (const { premise, hypothesis, label } of rows(PairRow)) {
      const pair = { words: hypothesis, answer: label };
      const known = byPremise.get(premise);
      if (known) known.push(pair);
      else byPremise.set(premise, [pair]);
    }
    const premises = [...byPremise].map(([text, hypotheses]) => ({ text, hypotheses }));
    return { kind: 'pairs', name, ...split(premises) };
  }
  const recast = recastOf(name);
  const texts = rows(LabelRow).map(({ text, label }) => ({
    text,
    label: plainLabel(recast, label),
  }));
  const labels = [...new Set(texts.map(({ label }) => label))].sort();
  return { kind: 'labels', name, labels, ...split(texts) };
}

function parseLine<T>(schema: v.GenericSchema<unknown, T>, line: string, what: string): T {
  try {
    return v.parse(schema, JSON.parse(line));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StudioError('bad-table', `${what} cannot be used: ${why}. Correct or remove it.`);
  }
}

function split<T>(all: readonly T[]): { taught: T[]; heldOut: T[] } {
  const isHeldOut = (_: T, i: number) => i % heldOutEvery === 0 && i < heldOutEvery * mostHeldOut;
  return {
    taught: all.filter((each, i) => !isHeldOut(each, i)),
    heldOut: all.filter(isHeldOut),
  };
}
