import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { studioContract } from '../../shared/contract';
import { StudioError } from '../../shared/errors';
import { memoryTransports } from '../../shared/rpc/memoryTransport';
import { serve } from '../../shared/rpc/server';
import { Connection } from './connection.svelte';
import { createFakeStudio } from './fakeStudio';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('says why it cannot be opened, to the screen and to whoever calls, and forgets it once open', async () => {
  const refused = new StudioError('no-permission', 'This window may not talk to Handful any more.');
  const { left, right } = memoryTransports();
  serve(studioContract, createFakeStudio(), right);
  const open = vi.fn().mockRejectedValueOnce(refused).mockResolvedValue(left);
  const connection = new Connection(open, { opened: vi.fn(), lost: vi.fn() });

  await connection.open();
  expect(connection.state).toBe('lost');
  expect(connection.problem).toBe(refused);
  expect(() => connection.studio).toThrow(refused);

  await vi.runOnlyPendingTimersAsync(); // it tries again by itself
  expect(connection.state).toBe('open');
  expect(connection.problem).toBeNull();
  expect(connection.studio).toBeDefined();
});
