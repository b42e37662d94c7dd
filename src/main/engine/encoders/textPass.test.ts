// The text pass against PyTorch (tests/golden/make_golden.py), in both layouts and both precisions.
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readGoldTextPass } from '../../../../tests/golden/golden';
import { relativeError } from '../../../../tests/relativeError';
import { toyEncoder } from '../../../../tests/toyEncoder';
import { packedFeeds } from '../evaluation/packedFeeds';
import { GraphBuilder } from '../onnx/builder';
import { Session } from '../runtime/session';
import { dataOf, floats, longs } from '../runtime/tensor';
import { textRows } from '../tokenization/textRow';
import { bertGraph } from './bert';
import { openEncoder, type Encoder } from './encoder';
import { meanVectors, paddedLayout, textPass, textPassGraph } from './textPass';

let half: string;
beforeAll(async () => {
  half = await mkdtemp(path.join(os.tmpdir(), 'handful-half-'));
  for (const name of ['config.json', 'tokenizer.json'])
    await copyFile(path.join(toyEncoder, name), path.join(half, name));
  const weights = path.join(toyEncoder, 'model.float16.safetensors');
  await copyFile(weights, path.join(half, 'model.safetensors'));
});
afterAll(() => rm(half, { recursive: true }));

/** The same pass over padded texts, as an exported classifier has it. */
function paddedGraph(encoder: Encoder) {
  const g = new GraphBuilder('padded text pass');
  const graph = bertGraph(g, encoder);
  const ids = g.input('ids', 'int64', ['batch', 'text']);
  const mask = g.input('mask', 'float32', ['batch', 'text']);
  const { means } = textPass(g, graph, paddedLayout(g, ids, mask, graph.heads));
  return g.model({ vectors: meanVectors(g, means) });
}

it.each([
  ['float32', () => toyEncoder],
  ['float16', () => half],
])('has the recorded vectors with weights in %s, padded and packed', async (_, folderOf) => {
  const encoder = await openEncoder(folderOf());
  const options = { provider: 'cpu', weightsFolder: encoder.folder } as const;
  const padded = await Session.open(paddedGraph(encoder), options);
  const packed = await Session.open(textPassGraph(encoder), options);
  for (const gold of await readGoldTextPass()) {
    const ids = longs(BigInt64Array.from(gold.ids.data.map(BigInt)), gold.ids.shape);
    const mask = floats(Float32Array.from(gold.mask.data), gold.mask.shape);
    const { vectors } = await padded.run({ ids, mask });
    expect(vectors?.dims).toEqual(gold.vectors.shape);
    expect(relativeError(dataOf(vectors), gold.vectors.data)).toBeLessThan(1e-5);

    const rows = await textRows(encoder.tokenizer, gold.texts, encoder.info.maxTextTokens);
    const texts = rows.map((row) => row.ids);
    const side = await packed.run(packedFeeds(texts, encoder.config.num_attention_heads));
    expect(relativeError(dataOf(side.vectors), gold.vectors.data)).toBeLessThan(1e-5);
  }
  await Promise.all([padded.release(), packed.release()]);
});
