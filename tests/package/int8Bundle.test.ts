// A classifier that reads texts in 8 bits: the exported model says what the app says.
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { openEncoder } from '../../src/main/engine/encoders/encoder';
import { writeLearned } from '../../src/main/engine/evaluation/learnedFile';
import { readModel } from '../../src/main/engine/onnx/read';
import { readBundle } from '../../src/main/engine/packaging/readBundle';
import { sampleLearned } from '../sampleLearned';
import { openToyStudio, toyRequest, trainToy } from '../toyStudio';

afterEach(() => void vi.unstubAllEnvs());

it('trains, exports and agrees', async () => {
  vi.stubEnv('HANDFUL_ARITHMETIC', 'int8');
  const studio = await openToyStudio();
  const encoder = await openEncoder(path.join(studio.resources, 'encoders', 'toy'));
  await trainToy(studio.engine, toyRequest('run', { kind: 'single', encoder: 'toy' }));
  const learned = await sampleLearned(encoder, 'single');
  await writeLearned(path.join(studio.data, 'runs', 'run', 'task.safetensors'), learned, 'toy');
  const report = await studio.engine.classifiers.export({ runId: 'run', name: 'small' });
  expect(report.largestDifference).toBeLessThanOrEqual(1e-4);

  const zip = path.join(studio.data, 'exports', 'run', report.fileName);
  const { config, files } = await readBundle(zip);
  expect(config.handful.arithmetic).toBe('int8');
  const { graph } = readModel(files.get('onnx/model.onnx') ?? new Uint8Array(), 'The model');
  expect(graph.nodes.some(({ opType }) => opType === 'MatMulIntegerToFloat')).toBe(true);
});

it('says when it is told another word', async () => {
  vi.stubEnv('HANDFUL_ARITHMETIC', 'int4');
  const studio = await openToyStudio();
  await expect(
    trainToy(studio.engine, toyRequest('run', { kind: 'single', encoder: 'toy' })),
  ).rejects.toMatchObject({ code: 'bad-request' });
});
