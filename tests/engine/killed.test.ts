// The engine's own process, killed in the middle of a run: started anew and asked again by
// EngineProcess, it ends with the numbers of a run that nothing interrupted.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EngineProcess } from '../../src/main/engineProcess';
import type { EngineChild } from '../../src/main/host';
import { engineEnvironment, forkEngine } from '../../src/main/nodeHost';
import type { TrainEvent } from '../../src/shared/events';
import { buildChildScript } from '../contract/childScript';
import {
  never,
  openToyStudio,
  predictAll,
  summaryOf,
  toyRequest,
  trained,
  trainToy,
} from '../toyStudio';

let engineProcess: EngineProcess;
const children: EngineChild[] = [];
beforeAll(async () => {
  const script = await buildChildScript('src/main/engine/index.ts');
  const { data, resources } = await openToyStudio();
  engineProcess = new EngineProcess(() => {
    const environment = { ...engineEnvironment(data, resources), HANDFUL_PROVIDER: 'cpu' };
    const child = forkEngine(script, environment);
    children.push(child);
    return child;
  });
});
afterAll(() => engineProcess.close());

it('goes on from its checkpoint and ends with the same losses and predictions', async () => {
  const { engine } = engineProcess;
  const whole = summaryOf(await trainToy(engine, toyRequest('whole')));

  const events: TrainEvent[] = [];
  let kills = 0;
  for await (const event of engine.training.run(toyRequest('killed'), never)) {
    events.push(event);
    // Past the first part, at whose end a checkpoint is always written; then once more in the checks.
    const before = whole.parts.slice(0, kills === 0 ? 1 : -2);
    const done = before.reduce((sum, { steps }) => sum + steps, 0);
    const isTime = event.type === 'step' && event.step > done + 1;
    if (isTime && kills < 2) {
      kills++;
      children.at(-1)?.kill();
    }
  }
  const resumed = events.flatMap((event) => (event.type === 'started' ? [event.resumedAt] : []));
  expect(children).toHaveLength(3);
  expect(resumed).toHaveLength(3);
  expect(resumed[0]).toBe(0);
  expect(resumed[1]).toBeGreaterThanOrEqual(whole.parts[0]?.steps ?? Infinity);
  expect(summaryOf(events).losses).toEqual(whole.losses);

  const { examples } = toyRequest('');
  expect(await predictAll(engine, trained('killed'), examples)).toEqual(
    await predictAll(engine, trained('whole'), examples),
  );
});
