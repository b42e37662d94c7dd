// What is done to texts, as changes for the journal.
import type { Decision, Example } from '../../../shared/domain';
import type { JournalChange } from '../../../shared/journal';
import { oneMessage } from '../../../shared/rpc/messageSize';

const textsPerChange = 500;

/** The changes that add these texts, each of a size that one message holds. */
export function examplesChanges(examples: readonly Example[]): JournalChange[] {
  const parts: Example[][] = [];
  let fits = oneMessage(0);
  for (const example of examples) {
    const last = parts.at(-1);
    if (last && fits(example)) last.push(example);
    else {
      fits = oneMessage(textsPerChange);
      fits(example);
      parts.push([example]);
    }
  }
  return parts.map((part) => ({ type: 'examples', examples: part }));
}

export const decisionChange = (exampleId: string, decision: Decision | null): JournalChange => ({
  type: 'decision',
  exampleId,
  decision,
});

/** The change that brings a text back to what it is now. */
export const restore = ({ id, decision, skipped }: Example): JournalChange => ({
  type: 'decision',
  exampleId: id,
  decision,
  skipped: skipped ?? false,
});
