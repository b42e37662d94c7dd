// The recorded files fit together: a changed tokenizer or encoder cannot pass for a wrong engine.
import path from 'node:path';
import { expect, it } from 'vitest';
import { padBatch } from '../../src/main/engine/tokenization/padBatch';
import { textRows } from '../../src/main/engine/tokenization/textRow';
import { loadTokenizer } from '../../src/main/engine/tokenization/tokenizer';
import { openSafetensors } from '../../src/main/engine/weights/safetensors';
import { toyEncoder } from '../toyEncoder';
import { goldStepNames, readGoldContrast, readGoldStep, readGoldTextPass } from './golden';

it('has the same numbers in both files of the toy encoder', async () => {
  const whole = await openSafetensors(path.join(toyEncoder, 'model.safetensors'));
  const half = await openSafetensors(path.join(toyEncoder, 'model.float16.safetensors'));
  expect([...half.tensors.keys()].sort()).toEqual([...whole.tensors.keys()].sort());
  for (const name of whole.tensors.keys())
    expect(await half.read(name)).toEqual(await whole.read(name));
  await Promise.all([whole.close(), half.close()]);
});

it('has the ids that our tokenizer gives the recorded texts', async () => {
  const tokenizer = await loadTokenizer(toyEncoder);
  const steps = await Promise.all(goldStepNames.map(readGoldStep));
  for (const batch of [...(await readGoldTextPass()), ...steps, await readGoldContrast()]) {
    const rows = await textRows(tokenizer, batch.texts, 64);
    const { ids, mask, width } = padBatch(
      rows.map((row) => row.ids),
      tokenizer.padId,
    );
    expect([batch.texts.length, width]).toEqual(batch.ids.shape);
    expect(Array.from(ids, Number)).toEqual(batch.ids.data);
    expect([...mask]).toEqual(batch.mask.data);
  }
  for (const step of steps) {
    expect(await tokenizer.encode(step.template)).toEqual(step.templateIds);
    const labels = await tokenizer.encodeBatch(step.labels);
    expect(labels.map((ids) => [...ids, tokenizer.sepId])).toEqual(step.labelIds);
  }
});
