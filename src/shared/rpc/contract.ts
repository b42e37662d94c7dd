// Two verbs make a contract: `call` (one answer) and `stream` (many values, can be cancelled).
import type { GenericSchema, InferOutput } from 'valibot';

export interface Call<In extends GenericSchema, Out extends GenericSchema> {
  readonly kind: 'call';
  readonly input: In;
  readonly output: Out;
}
export interface Stream<In extends GenericSchema, Event extends GenericSchema> {
  readonly kind: 'stream';
  readonly input: In;
  readonly output: Event;
}

export type AnyMethod = Call<GenericSchema, GenericSchema> | Stream<GenericSchema, GenericSchema>;
export type Contract = Readonly<Record<string, Readonly<Record<string, AnyMethod>>>>;

export const call = <In extends GenericSchema, Out extends GenericSchema>(
  input: In,
  output: Out,
): Call<In, Out> => ({ kind: 'call', input, output });

export const stream = <In extends GenericSchema, Event extends GenericSchema>(
  input: In,
  output: Event,
): Stream<In, Event> => ({ kind: 'stream', input, output });

/** What a client offers and what a host implements: one type, so a fake is a plain object. */
export type Api<C extends Contract> = {
  readonly [Group in keyof C]: {
    readonly [Name in keyof C[Group]]: C[Group][Name] extends Call<infer In, infer Out>
      ? (input: InferOutput<In>) => Promise<InferOutput<Out>>
      : C[Group][Name] extends Stream<infer In, infer Event>
        ? (input: InferOutput<In>, signal: AbortSignal) => AsyncIterable<InferOutput<Event>>
        : never;
  };
};

/** The method that a message names, or undefined: names come from outside, so only own keys count. */
export function methodOf(contract: Contract, group: string, name: string): AnyMethod | undefined {
  const methods = Object.hasOwn(contract, group) ? contract[group] : undefined;
  return methods && Object.hasOwn(methods, name) ? methods[name] : undefined;
}
