// Api + transport -> running calls. Whatever runs for a client is stopped when it cancels or goes.
import * as v from 'valibot';
import { StudioError, toStudioError } from '../errors';
import { methodOf, type Api, type Contract } from './contract';
import { Message, check } from './message';
import type { Transport } from './transport';

type Implementation = Record<
  string,
  Record<string, (input: unknown, signal: AbortSignal) => Promise<unknown> | AsyncIterable<unknown>>
>;

/** Answers every message of the contract that arrives on the transport. Returns a stop function. */
export function serve<C extends Contract>(
  contract: C,
  api: Api<C>,
  transport: Transport,
): () => void {
  const running = new Map<number, AbortController>();

  const run = async (message: Extract<Message, { type: 'start' }>): Promise<void> => {
    const { id, group, name } = message;
    const abort = new AbortController();
    running.set(id, abort);
    const answer = (reply: Message) => {
      if (running.get(id) === abort) transport.send(reply);
    };
    try {
      const method = methodOf(contract, group, name);
      const implementation = (api as unknown as Implementation)[group]?.[name];
      if (!method || !implementation)
        throw new StudioError('bad-request', `There is no call "${group}.${name}".`);
      const input = check(method.input, message.input ?? undefined, `${group}.${name}`);
      if (method.kind === 'call') {
        const value = await (implementation(input, abort.signal) as Promise<unknown>);
        answer({ type: 'value', id, value });
      } else {
        for await (const value of implementation(input, abort.signal) as AsyncIterable<unknown>) {
          if (abort.signal.aborted) break;
          answer({ type: 'value', id, value });
        }
      }
      answer({ type: 'end', id });
    } catch (error) {
      const { code, message: text, details } = toStudioError(error);
      answer({ type: 'error', id, error: { code, message: text, details } });
    } finally {
      running.delete(id);
    }
  };

  const stopListening = transport.onMessage((raw) => {
    const parsed = v.safeParse(Message, raw);
    if (!parsed.success) return; // a stranger's message; the protocol has no answer to it
    const message = parsed.output;
    if (message.type === 'start') void run(message);
    else if (message.type === 'cancel') {
      running.get(message.id)?.abort();
      running.delete(message.id);
    }
  });
  const stop = () => {
    stopListening();
    for (const abort of running.values()) abort.abort();
    running.clear();
  };
  transport.onClose(stop);
  return stop;
}
