import * as v from 'valibot';
import { expect, it } from 'vitest';
import { StudioError } from '../errors';
import { createClient } from './client';
import { call, stream, type Api } from './contract';
import { memoryTransports } from './memoryTransport';
import { serve } from './server';

const contract = {
  numbers: {
    double: call(v.number(), v.number()),
    nothing: call(v.void(), v.void()),
    count: stream(v.object({ to: v.number() }), v.number()),
  },
};

function connect(over: Partial<Api<typeof contract>['numbers']> = {}) {
  const { left, right, close } = memoryTransports();
  const seen = { stopped: false };
  serve(
    contract,
    {
      numbers: {
        double: (n) => Promise.resolve(2 * n),
        nothing: () => Promise.resolve(),
        async *count({ to }, signal) {
          try {
            for (let n = 1; n <= to && !signal.aborted; n++) {
              await new Promise((resolve) => setTimeout(resolve, 1));
              yield n;
            }
          } finally {
            seen.stopped = true;
          }
        },
        ...over,
      },
    },
    right,
  );
  return { client: createClient(contract, left), close, seen };
}

const never = new AbortController().signal;

it('answers a call', async () => {
  expect(await connect().client.numbers.double(21)).toBe(42);
});

it('answers a call without input or output', async () => {
  expect(await connect().client.numbers.nothing()).toBeUndefined();
});

it('carries an error with its code and details', async () => {
  const { client } = connect({
    double: () => Promise.reject(new StudioError('busy', 'One at a time.', { running: 'run-1' })),
  });
  await expect(client.numbers.double(1)).rejects.toMatchObject({
    code: 'busy',
    message: 'One at a time.',
    details: { running: 'run-1' },
  });
});

it('refuses an input that does not fit, naming the place', async () => {
  const { client } = connect();
  const wrong = { to: 'ten' } as unknown as { to: number };
  await expect(client.numbers.count(wrong, never)[Symbol.asyncIterator]().next()).rejects.toThrow(
    /numbers\.count, to/,
  );
});

it('refuses an answer that does not fit', async () => {
  const { client } = connect({ double: () => Promise.resolve('many' as unknown as number) });
  await expect(client.numbers.double(1)).rejects.toMatchObject({ code: 'bad-request' });
});

it('streams in order', async () => {
  const got: number[] = [];
  for await (const n of connect().client.numbers.count({ to: 5 }, never)) got.push(n);
  expect(got).toEqual([1, 2, 3, 4, 5]);
});

it('stops the running job when the reader breaks off', async () => {
  const { client, seen } = connect();
  for await (const n of client.numbers.count({ to: 1000 }, never)) if (n === 3) break;
  await expect.poll(() => seen.stopped).toBe(true);
});

it('stops the running job and throws `cancelled` when the signal aborts', async () => {
  const { client, seen } = connect();
  const abort = new AbortController();
  const read = async () => {
    for await (const n of client.numbers.count({ to: 1000 }, abort.signal))
      if (n === 3) abort.abort();
  };
  await expect(read()).rejects.toMatchObject({ code: 'cancelled' });
  await expect.poll(() => seen.stopped).toBe(true);
});

it('fails a call that the pipe cannot carry, and goes on', async () => {
  const { left, right } = memoryTransports();
  const tooLarge = new StudioError('too-large', 'Take fewer.');
  let refusing = true;
  const client = createClient(contract, {
    ...left,
    send(message) {
      if (refusing) throw tooLarge;
      left.send(message);
    },
  });
  right.onMessage((message) =>
    right.send({ ...(message as { id: number; type: 'end' }), type: 'end' }),
  );
  await expect(client.numbers.double(1)).rejects.toBe(tooLarge);
  const counting = client.numbers.count({ to: 1 }, never)[Symbol.asyncIterator]();
  await expect(counting.next()).rejects.toBe(tooLarge);
  refusing = false;
  expect(await client.numbers.nothing()).toBeUndefined();
});

it('fails what is pending, and what comes later, when the connection closes', async () => {
  const { client, close, seen } = connect({ double: () => new Promise(() => undefined) });
  const waiting = client.numbers.double(1);
  const streaming = (async () => {
    for await (const n of client.numbers.count({ to: 1000 }, never)) expect(n).toBeGreaterThan(0);
  })();
  setTimeout(close, 10);
  await expect(waiting).rejects.toMatchObject({ code: 'disconnected' });
  await expect(streaming).rejects.toMatchObject({ code: 'disconnected' });
  await expect(client.numbers.double(1)).rejects.toMatchObject({ code: 'disconnected' });
  await expect.poll(() => seen.stopped).toBe(true);
});
