// The one error class of the product and the closed list of its codes. It crosses every transport
// whole; the sentence is written where the error is raised, since only that place knows the thing.

export const errorCodes = [
  'bad-request', // a message or an argument that does not fit the contract
  'bad-table', // a file that is not a table of texts
  'too-large', // a file, a text or a list of labels past a stated limit
  'too-few-examples', // not enough labelled texts to learn from
  'bad-labels', // labels that cannot be told apart, or that the examples do not use
  'encoder-missing', // no such encoder folder, or a file of it is missing
  'encoder-damaged', // a file of an encoder that cannot be read
  'encoder-changed', // a classifier that was trained over another encoder of the same name
  'classifier-missing', // no such trained classifier
  'bundle-damaged', // an exported classifier that cannot be read
  'no-gradient', // no derivative rule for an operator on the path to a trainable value
  'bad-graph', // a graph that breaks its own rules: shapes, names, operators
  'over-budget', // more learned numbers than 3 % of the encoder
  'provider-failed', // a processor or graphics card that gave no right answer
  'busy', // one job at a time
  'cancelled', // stopped by the user
  'disconnected', // the other side has gone
  'engine-died', // the engine process ended while it worked
  'disk-full', // no room to write
  'no-permission', // a folder that may not be written to or read
  'port-in-use', // the browser host's port is taken
  'internal', // a fault of ours
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** An error with a code that a program can act on and a sentence that a person can act on. */
export class StudioError extends Error {
  override readonly name = 'StudioError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: Readonly<Record<string, string | number>> = {},
  ) {
    super(message);
  }
}

/** Anything thrown, as a StudioError: file-system codes become ours, the rest is 'internal'. */
export function toStudioError(error: unknown): StudioError {
  if (error instanceof StudioError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (error instanceof Error && error.name === 'AbortError')
    return new StudioError('cancelled', 'Stopped.');
  if (code === 'ENOSPC')
    return new StudioError(
      'disk-full',
      `The disk is full (${message}). Free some space, then try again; nothing that was saved is lost.`,
    );
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new StudioError(
      'no-permission',
      `This place may not be written to (${message}). Choose another folder or change its permissions.`,
    );
  return new StudioError('internal', message);
}

/** Ends with 'internal' when one of our own assumptions does not hold. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new StudioError('internal', message);
}
