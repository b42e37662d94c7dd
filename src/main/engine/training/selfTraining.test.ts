import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  never,
  openToyStudio,
  predictAll,
  quickRecipe,
  summaryOf,
  toyRequest,
  trained,
  trainToy,
  type ToyStudio,
} from '../../../../tests/toyStudio';
import type { TrainEvent, TrainRequest } from '../../../shared/events';
import { openSafetensors } from '../weights/safetensors';
import { surest } from './selfTraining';

const chosen = (rows: readonly (readonly number[])[], rarity: readonly number[], share = 0.5) =>
  surest(Float32Array.from(rows.flat()), rarity, share).map(({ text, target }) => [text, target]);

describe('surest', () => {
  it('takes the surest half of each class, rounded up', () => {
    const rows = [
      [0.6, 0.4],
      [0.9, 0.1],
      [0.7, 0.3],
      [0.2, 0.8],
      [0.3, 0.7],
    ];
    expect(chosen(rows, [1, 1])).toEqual([
      [1, 0],
      [2, 0],
      [3, 1],
    ]);
  });

  it('reckons with a class being rare', () => {
    const rows = [
      [0.55, 0.45],
      [0.02, 0.98],
    ];
    expect(chosen(rows, [1, 1], 1)).toContainEqual([0, 0]);
    expect(chosen(rows, [0.5, 1], 1)).toContainEqual([0, 1]);
  });

  it('takes nothing of nothing', () => {
    expect(chosen([], [1, 1])).toEqual([]);
  });
});

describe('texts without a label', () => {
  let studio: ToyStudio;
  beforeAll(async () => {
    // The toy is right about the surer half of the texts alone.
    const selfTraining = { ...quickRecipe.selfTraining, share: 0.5 };
    studio = await openToyStudio({ ...quickRecipe, selfTraining });
  });

  const pool = [
    'my parcel is late',
    'a late order',
    'refund the card',
    'the card is wrong',
    'the app is slow',
  ].map((text, i) => ({ id: `pool-${i}`, text }));
  const logOdds = async (runId: string) => {
    const file = await openSafetensors(path.join(studio.data, 'runs', runId, 'task.safetensors'));
    const expert = await file.read('linear');
    await file.close();
    return expert;
  };

  it.each(['single', 'yes-no'] as const)('%s: take part in what is learned', async (kind) => {
    const without = toyRequest(`alone-${kind}`, { kind });
    const request = { ...without, runId: `pool-${kind}`, pool };
    const events = await trainToy(studio.engine, request);
    await trainToy(studio.engine, without);
    const phases = events.flatMap((event) => (event.type === 'phase' ? [event.phase] : []));
    expect(phases.slice(-2)).toEqual(['comparing', 'keeping']);
    expect(summaryOf(events).recipe.at(-1)).toMatch(/^[3-5] texts without a label took part/);
    expect(await logOdds(request.runId)).not.toEqual(await logOdds(without.runId));
    expect(await logOdds(request.runId)).toHaveLength((await logOdds(without.runId)).length);
  });

  /** How much more confident a classifier is of labels where they are right than where they are wrong. */
  const separation = async (request: TrainRequest) => {
    const { task, examples } = request;
    await trainToy(studio.engine, request);
    const said = await predictAll(studio.engine, trained(request.runId), examples);
    const mean = (isRight: boolean) => {
      const confidence = said.flatMap((prediction, i) =>
        prediction.confidence.filter(
          (_, k) => examples[i]?.labels.includes(task.labels[k]?.id ?? '') === isRight,
        ),
      );
      return confidence.reduce((sum, p) => sum + p, 0) / confidence.length;
    };
    return mean(true) - mean(false);
  };

  it.each(['single', 'yes-no'] as const)('%s: known texts among them confirm it', async (kind) => {
    const alone = toyRequest(`unconfirmed-${kind}`, { kind });
    const confirmed = { ...alone, runId: `confirmed-${kind}`, pool: alone.examples };
    expect(await separation(confirmed)).toBeGreaterThan(await separation(alone));
  });

  it('teach nothing where a text may have several labels, or where a moment is kept', async () => {
    const multi = { ...toyRequest('pool-multi', { kind: 'multi' }), pool };
    expect(summaryOf(await trainToy(studio.engine, multi)).recipe.join()).not.toMatch(/without a/);
    const kept = { ...toyRequest('pool-kept'), pool };
    const events: TrainEvent[] = [];
    for await (const event of studio.engine.training.run(kept, never)) {
      events.push(event);
      if (event.type === 'step' && event.step === 15)
        await studio.engine.training.keep({ runId: kept.runId });
    }
    expect(events.map((event) => event.type === 'phase' && event.phase)).not.toContain('comparing');
    expect(summaryOf(events).recipe.join()).not.toMatch(/without a label/);
  });
});
