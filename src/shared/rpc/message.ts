// The five messages on the wire. Everything else (which transport, which contract) is elsewhere.
import * as v from 'valibot';
import { StudioError, errorCodes } from '../errors';

export const Message = v.variant('type', [
  v.object({
    type: v.literal('start'),
    id: v.number(),
    group: v.string(),
    name: v.string(),
    input: v.optional(v.unknown()),
  }),
  v.object({ type: v.literal('value'), id: v.number(), value: v.optional(v.unknown()) }),
  v.object({ type: v.literal('end'), id: v.number() }),
  v.object({
    type: v.literal('error'),
    id: v.number(),
    error: v.object({
      code: v.picklist(errorCodes),
      message: v.string(),
      details: v.record(v.string(), v.union([v.string(), v.number()])),
    }),
  }),
  v.object({ type: v.literal('cancel'), id: v.number() }),
]);
export type Message = v.InferOutput<typeof Message>;

/** The value, checked against its schema, or a StudioError that says where it does not fit. */
export function check<T extends v.GenericSchema>(
  schema: T,
  value: unknown,
  what: string,
): v.InferOutput<T> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const place = v.getDotPath(issue);
  throw new StudioError('bad-request', `${what}${place ? `, ${place}` : ''}: ${issue.message}`);
}
