// A whole training run on a graphics card (or a Vulkan that is drawn by the processor) against the same
// run on the processor. Each engine has a process of its own, one after the other: two at once on one
// card can end both.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EngineProcess } from '../../src/main/engineProcess';
import { engineEnvironment, forkEngine } from '../../src/main/nodeHost';
import type { ProviderName } from '../../src/shared/domain';
import { buildChildScript } from '../contract/childScript';
import {
  never,
  openToyStudio,
  predictAll,
  summaryOf,
  temporaryFolder,
  toyRequest,
  trained,
  trainToy,
  type ToyStudio,
} from '../toyStudio';
import { findGraphics } from './graphics';

let script = '';
let graphics: Readonly<Record<string, string>> = {};
let studio: ToyStudio;
let missing = '';
beforeAll(async () => {
  script = await buildChildScript('src/main/engine/index.ts');
  studio = await openToyStudio();
  ({ graphics, missing } = await findGraphics(script, await temporaryFolder()));
});

const started: EngineProcess[] = [];
afterAll(async () => {
  for (const each of started) await each.close();
});

async function trainOn(provider: ProviderName) {
  const engineProcess = new EngineProcess(() =>
    forkEngine(script, {
      ...engineEnvironment(studio.data, studio.resources),
      ...graphics,
      HANDFUL_PROVIDER: provider,
    }),
  );
  started.push(engineProcess);
  const { engine } = engineProcess;
  // What a run that was stopped leaves on the card must not get into the way of the next.
  for await (const event of engine.training.run(toyRequest(`${provider}-stopped`), never))
    if (event.type === 'step' && event.step === 3) break;
  const request = toyRequest(provider);
  const summary = summaryOf(await trainToy(engine, request));
  const said = await predictAll(engine, trained(provider), request.examples);
  await engineProcess.close();
  expect(summary.provider).toBe(provider);
  return { losses: summary.losses, confidence: said.flatMap(({ confidence }) => confidence) };
}

const largestDifference = (a: readonly number[], b: readonly number[]) =>
  a.reduce((most, x, i) => Math.max(most, Math.abs(x - (b[i] ?? Number.NaN))), 0);

it('has the losses and the answers of the processor', { timeout: 1_200_000 }, async ({ skip }) => {
  if (missing !== '') {
    console.log(`No WebGPU here, so nothing was compared: ${missing}`);
    skip();
  }
  const cpu = await trainOn('cpu');
  const webgpu = await trainOn('webgpu');
  expect(webgpu.losses).toHaveLength(cpu.losses.length);
  expect(largestDifference(webgpu.losses, cpu.losses)).toBeLessThan(1e-3);
  expect(largestDifference(webgpu.confidence, cpu.confidence)).toBeLessThan(1e-3);
});
