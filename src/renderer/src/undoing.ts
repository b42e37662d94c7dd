// Undo and redo as the screens offer them: what Backspace takes back, and what is said of a step that
// the screen does not show.
import { lastStep } from './data/recorder.svelte';
import type { HistoryRow } from './data/database';
import type { OpenProject } from './data/openProject.svelte';
import type { Notices } from './notices.svelte';

/** True for a step that decided or skipped texts and changed nothing else. */
export const isAboutTexts = ({ forward }: HistoryRow): boolean =>
  forward.every(({ type }) => type === 'decision');

/** The last step, if it is about texts; Backspace is too easily pressed for more. */
export async function lastAboutTexts({
  recorder,
  id,
}: OpenProject): Promise<HistoryRow | undefined> {
  const row = await lastStep(recorder.database, id);
  return row && isAboutTexts(row) ? row : undefined;
}

/** What Backspace does: takes the last step back and returns it, if it is about texts. */
export async function undoTexts(open: OpenProject): Promise<HistoryRow | undefined> {
  return (await lastAboutTexts(open)) && open.undo();
}

/** What the keys of undo and redo do where the step would not be seen otherwise: it is told. */
export async function travel(
  direction: 'undo' | 'redo',
  open: OpenProject,
  notices: Notices,
): Promise<void> {
  const row = await (direction === 'undo' ? open.undo() : open.redo());
  if (row) tell(direction, row, notices);
}

/** Says which step was undone or done again. */
export const tell = (direction: 'undo' | 'redo', { title }: HistoryRow, notices: Notices): void =>
  notices.say(`${direction === 'undo' ? 'Undone' : 'Done again'}: ${title}`);
