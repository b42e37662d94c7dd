// Which texts the list shows.
import type { Example, Label } from '../../../../shared/domain';

/** `all`, `unlabelled`, `skipped`, or the id of a label. */
export type Show = string;

/** The examples to show, in their order; the search ignores case and accents. */
export function filterExamples(
  examples: readonly Example[],
  show: Show,
  search: string,
): readonly Example[] {
  const wanted = fold(search.trim());
  if (show === 'all' && !wanted) return examples;
  return examples.filter(
    (example) => matches(example, show) && (!wanted || fold(example.text).includes(wanted)),
  );
}

function matches({ decision, skipped }: Example, show: Show): boolean {
  if (show === 'all') return true;
  if (show === 'unlabelled') return decision === null;
  if (show === 'skipped') return decision === null && skipped === true;
  return decision?.labels.includes(show) ?? false;
}

const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** The name of the label that an example was given; empty for none. */
export const labelName = ({ decision }: Example, labels: readonly Label[]): string =>
  labels.find(({ id }) => decision?.labels.includes(id))?.name ?? '';
