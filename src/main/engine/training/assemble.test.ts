import { expect, it } from 'vitest';
import { toyEncoder } from '../../../../tests/toyEncoder';
import { never, toyRequest } from '../../../../tests/toyStudio';
import { openEncoder } from '../encoders/encoder';
import { questionScores } from '../evaluation/classify';
import { Readers } from '../evaluation/readers';
import { spreadOf } from '../experts/spread';
import { assemble } from './assemble';
import { scaleScores } from './combine';
import { prepare } from './prepare';
import { defaultRecipe } from './recipe';

it('lets the tuned question be as sure of the labelled texts as it was before', async () => {
  const readers = new Readers(await openEncoder(toyEncoder), 'cpu');
  const prepared = await prepare(readers, toyRequest('assemble'), defaultRecipe, never);
  const { labelled, start, zeroShot } = prepared;
  const parts = { tokens: new Float32Array(), text: null };
  const question = async (surer: number) => {
    const tuning = { stateOf: () => scaleScores(start, surer) };
    const { entailment } = await assemble(readers, prepared, parts, tuning);
    return questionScores(readers, entailment, labelled.rows);
  };
  const k = labelled.task.labels.length;
  const spread = (scores: Float32Array) => spreadOf('softmax', scores, k);
  expect(spread(zeroShot)).toBeGreaterThan(0);
  for (const surer of [0.5, 1, 5])
    expect(spread(await question(surer))).toBeCloseTo(spread(zeroShot), 4);
  const { entailment } = await assemble(readers, prepared, { tokens: null, text: null }, null);
  expect(entailment).toBe(start);
  await readers.release();
});
