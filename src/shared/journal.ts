// The journal: every change to a project as one entry. Both copies of a project (IndexedDB and the
// journal file) are what you get by applying its entries in order.
import * as v from 'valibot';
import { Decision, Example, Project } from './domain';
import { RunSummary } from './events';

export const JournalChange = v.variant('type', [
  /** The project was made, renamed, or its task changed. */
  v.object({ type: v.literal('project'), project: Project }),
  v.object({ type: v.literal('project-removed') }),
  /** Texts were added. */
  v.object({ type: v.literal('examples'), examples: v.array(Example) }),
  /** A text was decided, undecided (null), or skipped. */
  v.object({
    type: v.literal('decision'),
    exampleId: v.string(),
    decision: v.nullable(Decision),
    skipped: v.optional(v.boolean()),
  }),
  v.object({ type: v.literal('run'), run: RunSummary }),
]);
export type JournalChange = v.InferOutput<typeof JournalChange>;

/** `id` is unique, so an entry that is sent twice is kept once. */
export const JournalEntry = v.object({
  id: v.string(),
  projectId: v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{1,64}$/)),
  at: v.number(),
  change: JournalChange,
});
export type JournalEntry = v.InferOutput<typeof JournalEntry>;

/** `entries` counts the entries of the file: whoever has fewer is behind. */
export const JournalState = v.object({
  projectId: v.string(),
  entries: v.number(),
  /** Lines of the file that could not be read and were set aside, if there were any. */
  damaged: v.optional(v.number()),
  /** Why the file cannot be read at present: it is neither empty nor lost, and to be left alone. */
  problem: v.optional(v.string()),
});
export type JournalState = v.InferOutput<typeof JournalState>;
