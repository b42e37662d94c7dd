// What is done to texts, as changes for the journal.
import type { Decision, Example } from '../../../shared/domain';
import type { JournalChange } from '../../../shared/journal';

const textsPerChange = 500;

/** The changes that add these texts. */
export function examplesChanges(examples: readonly Example[]): JournalChange[] {
  const changes: JournalChange[] = [];
  for (let start = 0; start < examples.length; start += textsPerChange)
    changes.push({ type: 'examples', examples: examples.slice(start, start + textsPerChange) });
  return changes;
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
