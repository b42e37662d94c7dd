// Where an interrupted run stood: written every few seconds, read when the same request comes again.
import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import type { TrainRequest } from '../../../shared/events';
import { openSafetensors, writeSafetensors } from '../weights/safetensors';
import type { Snapshot } from './stepRunner';

export interface Checkpoint {
  /** Parameters that finished passes have left, in their order. */
  readonly finished: readonly Float32Array[];
  /** The pass in progress; null between two. */
  readonly current: Snapshot | null;
  readonly losses: readonly number[];
}

const Facts = v.object({
  request: v.string(),
  step: v.number(),
  finished: v.number(),
  losses: v.array(v.number()),
});

const fileIn = (folder: string) => path.join(folder, 'checkpoint.safetensors');

/** A checkpoint belongs to one request: anything else would go on with other texts or labels. */
const fingerprint = (request: TrainRequest): string =>
  createHash('sha256').update(JSON.stringify(request)).digest('hex');

export async function writeCheckpoint(
  folder: string,
  request: TrainRequest,
  { finished, current, losses }: Checkpoint,
): Promise<void> {
  const vector = (name: string, data: Float32Array) => ({ name, shape: [data.length], data });
  const facts: v.InferOutput<typeof Facts> = {
    request: fingerprint(request),
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

/** The checkpoint of the request, or null: none there, another request's, or damaged. */
export async function readCheckpoint(
  folder: string,
  request: TrainRequest,
): Promise<Checkpoint | null> {
  const file = await openSafetensors(fileIn(folder)).catch(() => null);
  if (!file) return null;
  try {
    const facts = v.parse(Facts, JSON.parse(file.metadata.get('facts') ?? 'null'));
    if (facts.request !== fingerprint(request)) return null;
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

export const removeCheckpoint = (folder: string): Promise<void> =>
  rm(fileIn(folder), { force: true });
