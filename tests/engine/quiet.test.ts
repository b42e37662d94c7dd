// The engine's own process, in a home of its own: after a training and an export nothing is left there
// but what was asked for.
import { fork } from 'node:child_process';
import { expect, it } from 'vitest';
import { engineEnvironment } from '../../src/main/nodeHost';
import { transportToChild } from '../../src/main/transports/processTransport';
import { engineContract } from '../../src/shared/contract';
import { createClient } from '../../src/shared/rpc/client';
import { buildChildScript } from '../contract/childScript';
import { createEmptyHome } from '../emptyHome';
import { openToyStudio, summaryOf, toyRequest, trainToy } from '../toyStudio';

it('leaves nothing behind and reports to nobody', async () => {
  const script = await buildChildScript('src/main/engine/index.ts');
  const { data, resources } = await openToyStudio();
  const home = await createEmptyHome();
  const env = {
    ...home.environment,
    ...engineEnvironment(data, resources),
    HANDFUL_PROVIDER: 'cpu',
  };
  const child = fork(script, [], { serialization: 'advanced', env, execArgv: [] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const engine = createClient(engineContract, transportToChild(child));
  const { runId } = summaryOf(await trainToy(engine, toyRequest('quiet')));
  await engine.classifiers.export({ runId, name: 'quiet' });
  child.disconnect();
  await ended;
  expect(await home.find()).toEqual([]);
  await home.remove();
});
