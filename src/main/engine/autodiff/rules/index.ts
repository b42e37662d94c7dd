// The one place that says what can be differentiated.
import type { Rules } from '../rule';
import { activation } from './activation';
import { arithmetic } from './arithmetic';
import { indexing } from './indexing';
import { matrix } from './matrix';
import { normalization } from './normalization';
import { reduction } from './reduction';
import { shape } from './shape';

export const rules: Rules = {
  ...arithmetic,
  ...activation,
  ...matrix,
  ...shape,
  ...reduction,
  ...indexing,
  ...normalization,
};

/** Operators whose results do not change with their inputs, or only by jumps. */
export const constants: ReadonlySet<string> = new Set(['Shape', 'Equal', 'Greater', 'Less']);
