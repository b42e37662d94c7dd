// A classifier that reads texts in 8 bits: the exported model says what the app says.
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { openEncoder } from '../../src/main/engine/encoders/encoder';
import { writeLearned } from '../../src/main/engine/evaluation/learnedFile';
import { predictTexts } from '../../src/main/engine/evaluation/predict';
import { Readers } from '../../src/main/engine/evaluation/readers';
import { readModel } from '../../src/main/engine/onnx/read';
import { toConfidence } from '../../src/main/engine/packaging/bundleClassifier';
import { classifierGraph } from '../../src/main/engine/packaging/classifierGraph';
import { embedWeights } from '../../src/main/engine/packaging/embedWeights';
import { readBundle } from '../../src/main/engine/packaging/readBundle';
import { Session } from '../../src/main/engine/runtime/session';
import { dataOf, longs } from '../../src/main/engine/runtime/tensor';
import { padBatch } from '../../src/main/engine/tokenization/padBatch';
import { textRows } from '../../src/main/engine/tokenization/textRow';
import { sampleLearned } from '../sampleLearned';
import { never, openToyStudio, toyRequest, trainToy } from '../toyStudio';

afterEach(() => void vi.unstubAllEnvs());

it('trains, exports and agrees', async () => {
  vi.stubEnv('HANDFUL_ARITHMETIC', 'int8');
  const studio = await openToyStudio();
  const encoder = await openEncoder(path.join(studio.resources, 'encoders', 'toy'));
  await trainToy(studio.engine, toyRequest('run', { kind: 'single', encoder: 'toy' }));
  const learned = await sampleLearned(encoder, 'single');
  await writeLearned(path.join(studio.data, 'runs', 'run', 'task.safetensors'), learned, encoder);
  const report = await studio.engine.classifiers.export({ runId: 'run', name: 'small' });
  expect(report.largestDifference).toBeLessThanOrEqual(1e-4);

  const zip = path.join(studio.data, 'exports', 'run', report.fileName);
  const { config, files } = await readBundle(zip);
  expect(config.handful.arithmetic).toBe('int8');
  const { graph } = readModel(files.get('onnx/model.onnx') ?? new Uint8Array(), 'The model');
  expect(graph.nodes.some(({ opType }) => opType === 'MatMulIntegerToFloat')).toBe(true);
});

// Sums over 384 numbers are cut into blocks, which a toy's are not: their order shows here.
it('agrees to the last bits over the encoder that comes with Handful, in batches of any size', async () => {
  const encoder = await openEncoder(path.resolve('resources/encoders/handful-mini'));
  const learned = await sampleLearned(encoder, 'single');
  const texts = ['why?', 'Where is my parcel?', 'It is late. '.repeat(30), 'a quiet film', 'ok'];
  const readers = new Readers(encoder, 'cpu', undefined, 'int8');
  const asked = texts.map((text, i) => ({ id: String(i), text }));
  const said = await predictTexts(readers, learned, asked, never);
  const graph = classifierGraph(encoder, learned, await readers.maps());
  const session = await Session.open(await embedWeights(graph, encoder.folder), {
    provider: 'cpu',
  });
  const rows = await textRows(encoder.tokenizer, texts, encoder.info.maxTextTokens);
  for (const size of [1, 2, rows.length])
    for (let from = 0; from < rows.length; from += size) {
      const some = rows.slice(from, from + size).map((row) => row.ids);
      const { ids, mask, width } = padBatch(some, encoder.tokenizer.padId);
      const shape = [some.length, width];
      const { logits } = await session.run({
        input_ids: longs(ids, shape),
        attention_mask: longs(BigInt64Array.from(mask, BigInt), shape),
      });
      const labels = learned.task.labels.length;
      some.forEach((_, i) => {
        const own = [...dataOf(logits).subarray(i * labels, (i + 1) * labels)];
        toConfidence('single', own).forEach((value, k) =>
          expect(
            Math.abs(value - (said[from + i]?.confidence[k] ?? Number.NaN)),
            texts[from + i],
          ).toBeLessThan(1e-5),
        );
      });
    }
  await session.release();
  await readers.release();
});

it('says when it is told another word', async () => {
  vi.stubEnv('HANDFUL_ARITHMETIC', 'int4');
  const studio = await openToyStudio();
  await expect(
    trainToy(studio.engine, toyRequest('run', { kind: 'single', encoder: 'toy' })),
  ).rejects.toMatchObject({ code: 'bad-request' });
});
