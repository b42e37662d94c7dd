// Where an interrupted teaching stood: one file in the output folder, written every few minutes.
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { openSafetensors, writeSafetensors } from '../weights/safetensors';
import type { TeachingState } from './teachingRunner';

export interface TeachingCheckpoint {
  readonly step: number;
  readonly state: TeachingState;
}

const Facts = v.object({ teaching: v.string(), step: v.number() });

const fileIn = (folder: string) => path.join(folder, 'teaching.safetensors');
const fingerprint = (teaching: object) =>
  createHash('sha256').update(JSON.stringify(teaching)).digest('hex');

/** `teaching`: everything that decides how the run goes; only the same may go on. */
export async function writeTeaching(
  folder: string,
  teaching: object,
  { step, state }: TeachingCheckpoint,
): Promise<void> {
  const tensors = [...state].map(([name, data]) => ({ name, shape: [data.length], data }));
  const facts: v.InferOutput<typeof Facts> = { teaching: fingerprint(teaching), step };
  await writeSafetensors(fileIn(folder), tensors, { facts: JSON.stringify(facts) });
}

/** The checkpoint of the same teaching, or null. */
export async function readTeaching(
  folder: string,
  teaching: object,
): Promise<TeachingCheckpoint | null> {
  const file = await openSafetensors(fileIn(folder)).catch(() => null);
  if (!file) return null;
  try {
    const facts = v.parse(Facts, JSON.parse(file.metadata.get('facts') ?? 'null'));
    if (facts.teaching !== fingerprint(teaching)) return null;
    const state = new Map<string, Float32Array>();
    for (const name of file.tensors.keys()) state.set(name, await file.read(name));
    return { step: facts.step, state };
  } finally {
    await file.close();
  }
}

export const removeTeaching = (folder: string): Promise<void> =>
  rm(fileIn(folder), { force: true });
