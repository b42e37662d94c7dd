import { expect, test } from 'vitest';
import { StudioError } from '../../shared/errors';
import { Notices } from './notices.svelte';

const fail = () => Promise.reject(new StudioError('bad-table', '"a.csv" is empty.'));
const succeed = () => Promise.resolve();
const kinds = (notices: Notices) => notices.list.map(({ kind }) => kind);

test('a failure goes when something succeeds after it, and not before', async () => {
  const notices = new Notices();
  let finish = () => undefined as void;
  const long = notices.guard(() => new Promise<void>((resolve) => (finish = resolve)));
  await notices.guard(fail);
  finish();
  await long; // began before the failure
  expect(kinds(notices)).toEqual(['failed']);
  await notices.guard(succeed);
  expect(kinds(notices)).toEqual([]);
});

test('a failure goes with its step; what was done is still told', async () => {
  const notices = new Notices();
  notices.enter('p/use');
  await notices.guard(fail);
  notices.say('300 texts added');
  notices.enter('p/use');
  expect(kinds(notices)).toEqual(['failed', 'done']);
  notices.enter('p/texts');
  expect(kinds(notices)).toEqual(['done']);
});
