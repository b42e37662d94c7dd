import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { sampleLearned } from '../../../../tests/sampleLearned';
import { toyEncoder } from '../../../../tests/toyEncoder';
import {
  openToyStudio,
  predictAll,
  toyRequest,
  trained,
  trainToy,
} from '../../../../tests/toyStudio';
import { openEncoder } from '../encoders/encoder';
import { firstTunedLayer } from '../encoders/lowRank';
import { openSafetensors, writeSafetensors } from '../weights/safetensors';
import { readLearned, writeLearned } from './learnedFile';

it('reads files that do not say which layers are tuned as if all were', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'handful-learned-'));
  try {
    const encoder = await openEncoder(toyEncoder);
    const file = path.join(folder, 'task.safetensors');
    await writeLearned(file, await sampleLearned(encoder, 'single', ['tuned'], 0), encoder);
    const opened = await openSafetensors(file);
    const facts = JSON.parse(opened.metadata.get('handful') ?? '') as Record<string, unknown>;
    const tensors = [];
    for (const [name, { shape }] of opened.tensors)
      tensors.push({ name, shape, data: await opened.read(name) });
    await opened.close();
    expect(facts.firstTextLayer).toBe(0);
    delete facts.firstTextLayer;
    await writeSafetensors(file, tensors, { handful: JSON.stringify(facts) });

    const layers = (await readLearned(file, encoder)).tuned?.pairs.map(({ layer }) => layer) ?? [];
    expect(Math.min(...layers)).toBe(0);
    await writeLearned(file, await sampleLearned(encoder, 'single', ['tuned']), encoder);
    const newer = (await readLearned(file, encoder)).tuned?.pairs.map(({ layer }) => layer) ?? [];
    expect(Math.min(...newer)).toBe(firstTunedLayer(encoder.config));
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('refuses a classifier that was learned over other weights of the same name and shape', async () => {
  const { engine, resources, restart } = await openToyStudio();
  const request = toyRequest('run');
  await trainToy(engine, request);
  const before = await predictAll(engine, trained('run'), request.examples);
  expect(await predictAll(restart(), trained('run'), request.examples)).toEqual(before);

  const file = path.join(resources, 'encoders', 'wide', 'model.safetensors');
  const weights = await openSafetensors(file);
  const tensors = [];
  for (const [name, { shape }] of weights.tensors) {
    const data = await weights.read(name);
    tensors.push({ name, shape, data: data.map((x, i) => x + 0.01 * Math.sin(i)) });
  }
  await weights.close();
  await writeSafetensors(file, tensors);
  const asked = predictAll(restart(), trained('run'), request.examples);
  await expect(asked).rejects.toMatchObject({
    code: 'encoder-changed',
    message: expect.stringMatching(/"wide".*Train again/) as string,
  });
});
