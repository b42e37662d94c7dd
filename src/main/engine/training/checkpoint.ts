// Where an interrupted run stood: written every few seconds, read when the same request comes again.
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import type { ParameterCount, TrainRequest } from '../../../shared/events';
import { openSafetensors, writeSafetensors } from '../weights/safetensors';
import type { Recipe } from './recipe';
import type { Snapshot } from './stepRunner';

export interface Checkpoint {
  /** Parameters that finished passes have left, in their order. */
  readonly finished: readonly Float32Array[];
  /** The pass in progress; null between two. */
  readonly current: Snapshot | null;
  readonly losses: readonly number[];
}

const Facts = v.object({
  owner: v.string(),
  step: v.number(),
  finished: v.number(),
  losses: v.array(v.number()),
});

const fileIn = (folder: string) => path.join(folder, 'checkpoint.safetensors');

/** What a checkpoint belongs to: anything else would go on with other texts, labels, steps or numbers. */
export interface CheckpointOwner {
  readonly request: TrainRequest;
  readonly recipe: Recipe;
  readonly parameters: ParameterCount;
}

const fingerprint = ({ request, recipe, parameters }: CheckpointOwner): string =>
  createHash('sha256')
    .update(JSON.stringify([request, recipe, parameters]))
    .digest('hex');

export async function writeCheckpoint(
  folder: string,
  owner: CheckpointOwner,
  { finished, current, losses }: Checkpoint,
): Promise<void> {
  const vector = (name: string, data: Float32Array) => ({ name, shape: [data.length], data });
  const facts: v.InferOutput<typeof Facts> = {
    owner: fingerprint(owner),
    step: current?.step ?? 0,
    finished: finished.length,
    losses: [...losses],
  };
  await mkdir(folder, { recursive: true });
  await writeSafetensors(
    fileIn(folder),
    [
      ...finished.map((data, i) => vector(`finished.${i}`, data)),
      ...(current
        ? [vector('parameters', current.parameters), vector('m', current.m), vector('v', current.v)]
        : []),
    ],
    { facts: JSON.stringify(facts) },
  );
}

/** The owner's checkpoint, or null: none there, another's, or damaged. */
export async function readCheckpoint(
  folder: string,
  owner: CheckpointOwner,
): Promise<Checkpoint | null> {
  const file = await openSafetensors(fileIn(folder)).catch(() => null);
  if (!file) return null;
  try {
    const facts = v.parse(Facts, JSON.parse(file.metadata.get('facts') ?? 'null'));
    if (facts.owner !== fingerprint(owner)) return null;
    const finished = await Promise.all(
      Array.from({ length: facts.finished }, (_, i) => file.read(`finished.${i}`)),
    );
    const current = file.tensors.has('parameters')
      ? {
          step: facts.step,
          parameters: await file.read('parameters'),
          m: await file.read('m'),
          v: await file.read('v'),
        }
      : null;
    return { finished, current, losses: facts.losses };
  } catch {
    return null; // a run that starts over is better than one that cannot
  } finally {
    await file.close();
  }
}

/** Those of all runs but one; `runs`: the folder of their folders. */
export async function removeOtherCheckpoints(runs: string, own: string): Promise<void> {
  const names = await readdir(runs).catch(() => []); // no run yet
  for (const name of names) if (name !== own) await removeCheckpoint(path.join(runs, name));
}

export const removeCheckpoint = (folder: string): Promise<void> =>
  rm(fileIn(folder), { force: true });
