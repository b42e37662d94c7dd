// contract + transport -> Api. Knows nothing of processes or sockets.
import * as v from 'valibot';
import { StudioError, toStudioError } from '../errors';
import { type AnyMethod, type Api, type Contract } from './contract';
import { Message, check } from './message';
import type { Transport } from './transport';

interface Pending {
  value(value: unknown): void;
  end(): void;
  fail(error: StudioError): void;
}

/** A client for every method of the contract. When the transport closes, all that is pending fails. */
export function createClient<C extends Contract>(contract: C, transport: Transport): Api<C> {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let closed = false;

  transport.onMessage((raw) => {
    const parsed = v.safeParse(Message, raw);
    if (!parsed.success) return; // not for us, or not ours: only what fits the protocol counts
    const message = parsed.output;
    const waiting = pending.get(message.id);
    if (!waiting) return; // an answer to something that was cancelled meanwhile
    if (message.type === 'value') waiting.value(message.value);
    else if (message.type === 'end') waiting.end();
    else if (message.type === 'error') {
      const { code, message: text, details } = message.error;
      waiting.fail(new StudioError(code, text, details));
    }
  });
  transport.onClose(() => {
    closed = true;
    const waiting = [...pending.values()];
    pending.clear();
    for (const each of waiting) each.fail(disconnected());
  });

  const start = (group: string, name: string, input: unknown, waiting: Pending): number => {
    if (closed) throw disconnected();
    const id = ++lastId;
    pending.set(id, waiting);
    try {
      transport.send({ type: 'start', id, group, name, input });
    } catch (error) {
      pending.delete(id); // it never left, so no answer will come
      throw error;
    }
    return id;
  };

  const callMethod = (group: string, name: string, method: AnyMethod) => (input: unknown) =>
    new Promise((resolve, reject) => {
      let answer: unknown;
      const settle = (act: () => void) => {
        pending.delete(id);
        act();
      };
      const id = start(group, name, input, {
        value: (value) => {
          answer = value;
        },
        end: () =>
          settle(() => {
            try {
              resolve(check(method.output, answer, `Answer of ${group}.${name}`));
            } catch (error) {
              reject(toStudioError(error));
            }
          }),
        fail: (error) => settle(() => reject(error)),
      });
    });

  const streamMethod = (group: string, name: string, method: AnyMethod) =>
    async function* (input: unknown, signal: AbortSignal): AsyncGenerator {
      if (signal.aborted) throw new StudioError('cancelled', 'Stopped.');
      const queue: unknown[] = [];
      const state: { failure: StudioError | null; ended: boolean } = {
        failure: null,
        ended: false,
      };
      let wake: () => void = () => undefined;
      const id = start(group, name, input, {
        value: (value) => {
          queue.push(value);
          wake();
        },
        end: () => {
          state.ended = true;
          wake();
        },
        fail: (error) => {
          state.failure = error;
          wake();
        },
      });
      const abort = () => {
        state.failure = new StudioError('cancelled', 'Stopped.');
        wake();
      };
      signal.addEventListener('abort', abort);
      let finished = false;
      try {
        for (;;) {
          while (queue.length > 0) {
            yield check(method.output, queue.shift(), `Event of ${group}.${name}`);
            if (isAborted(signal)) break;
          }
          if (state.failure) throw state.failure;
          if (state.ended) {
            finished = true;
            return;
          }
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      } finally {
        signal.removeEventListener('abort', abort);
        const wasPending = pending.delete(id);
        // `break` in the caller's loop ends up here too: the running job is told to stop.
        if (wasPending && !finished && !closed) transport.send({ type: 'cancel', id });
      }
    };

  return mapMethods(contract, (group, name, method) =>
    method.kind === 'call' ? callMethod(group, name, method) : streamMethod(group, name, method),
  ) as Api<C>;
}

const disconnected = () =>
  new StudioError('disconnected', 'The connection to the studio was lost. It is being restored.');

function mapMethods(
  contract: Contract,
  make: (group: string, name: string, method: AnyMethod) => unknown,
): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(contract).map(([group, methods]) => [
      group,
      Object.fromEntries(
        Object.entries(methods).map(([name, method]) => [name, make(group, name, method)]),
      ),
    ]),
  );
}

/** Asked through a function, since the compiler takes a property that it has checked for settled. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;
