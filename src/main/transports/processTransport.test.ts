import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { beforeAll, expect, it, vi } from 'vitest';
import { buildChildScript } from '../../../tests/contract/childScript';
import { countingContract } from '../../../tests/contract/countingContract';
import { FakeUtilityProcess } from '../../../tests/contract/fakeElectron';
import { createClient } from '../../shared/rpc/client';
import { transportToChild, transportToParent } from './processTransport';

let script = '';
beforeAll(async () => {
  script = await buildChildScript('tests/contract/countingChild.ts');
});

it('tells the child when its parent has gone', async () => {
  const child = fork(script, [], { serialization: 'advanced', execArgv: [] });
  const { texts } = createClient(countingContract, transportToChild(child));
  expect(await texts.echo('there?')).toBe('there?');
  const code = new Promise((resolve) => child.once('exit', resolve));
  child.disconnect(); // what the child sees when this process dies
  expect(await code).toBe(0);
});

it('hands over what the child said last before it ended', async () => {
  const last = "process.send({ type: 'end', id: 7 }, () => process.exit(0))";
  const child = fork('-e', [last], { serialization: 'advanced', execArgv: [] });
  const heard: unknown[] = [];
  const transport = transportToChild(child);
  transport.onMessage((message) => heard.push(message));
  await new Promise<void>((resolve) => transport.onClose(resolve));
  expect(heard).toEqual([{ type: 'end', id: 7 }]);
});

it('speaks with an Electron utility process, as its parent', () => {
  const child = new FakeUtilityProcess();
  const transport = transportToChild(child);
  const heard: unknown[] = [];
  const closed = vi.fn();
  transport.onMessage((message) => heard.push(message));
  transport.onClose(closed);
  transport.send({ type: 'cancel', id: 1 });
  child.emit('message', { type: 'end', id: 1 });
  child.emit('exit', 0);
  transport.send({ type: 'cancel', id: 2 });
  expect(child.posted).toEqual([{ type: 'cancel', id: 1 }]);
  expect(heard).toEqual([{ type: 'end', id: 1 }]);
  expect(closed).toHaveBeenCalledTimes(1);
});

it('speaks with its parent from within an Electron utility process', () => {
  const posted: unknown[] = [];
  const port = Object.assign(new EventEmitter(), {
    postMessage: (message: unknown) => void posted.push(message),
  });
  vi.stubGlobal('process', Object.assign(Object.create(process), { parentPort: port }));
  const transport = transportToParent();
  vi.unstubAllGlobals();
  const heard: unknown[] = [];
  transport.onMessage((message) => heard.push(message));
  port.emit('message', { data: { type: 'cancel', id: 1 } });
  transport.send({ type: 'end', id: 1 });
  expect(heard).toEqual([{ type: 'cancel', id: 1 }]);
  expect(posted).toEqual([{ type: 'end', id: 1 }]);
});
