// How large a message may be, and how a list is cut into messages that are well below that. What is
// too large fails its own call: a connection that is cut over it would be cut again after every
// reconnection.
import { StudioError } from '../errors';
import type { Message } from './message';

/** Of a message as JSON text in UTF-8; more than that the browser host does not take. */
export const messageLimitBytes = 64 * 1024 * 1024;
/** About so much of a list goes into one message. */
export const batchBytes = 8 * 1024 * 1024;

/** The message as JSON text; throws 'too-large' past the limit. */
export function encodeMessage(message: Message): string {
  const text = JSON.stringify(message);
  // A character of UTF-16 has three bytes at most, so most messages need no counting.
  const bytes = text.length * 3 > messageLimitBytes ? bytesOf(text) : 0;
  if (bytes <= messageLimitBytes) return text;
  const megabytes = Math.ceil(bytes / 1024 / 1024);
  throw new StudioError(
    'too-large',
    `This would be ${megabytes} MB at once, and ${messageLimitBytes / 1024 / 1024} MB are the most. Take fewer texts, or shorter ones.`,
    { bytes },
  );
}

/**
 * A function that is asked about one item after the other whether it goes into the same message as
 * those before. The first always does; then at most `mostItems` do, and about 8 MB.
 */
export function oneMessage(mostItems: number): (item: unknown) => boolean {
  let items = 0;
  let bytes = 0;
  return (item) => {
    items++;
    bytes += bytesOf(JSON.stringify(item));
    return items === 1 || (items <= mostItems && bytes <= batchBytes);
  };
}

const encoder = new TextEncoder();
const bytesOf = (text: string): number => encoder.encode(text).length;
