// The nearest of some names to one that was probably misspelt.

/**
 * The candidate with the fewest edits, or null when none is close (about a third may differ). Among
 * equals the one that begins the same way: people mistype the beginning least.
 */
export function closest(wanted: string, candidates: readonly string[]): string | null {
  const target = wanted.trim().toLowerCase();
  const [best] = candidates
    .map((candidate) => {
      const name = candidate.trim().toLowerCase();
      return { candidate, edits: editDistance(target, name), same: commonStart(target, name) };
    })
    .sort((a, b) => a.edits - b.edits || b.same - a.same);
  if (!best) return null;
  const allowed = Math.ceil(Math.max(target.length, best.candidate.length) / 3);
  return best.edits <= allowed ? best.candidate : null;
}

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

/** Optimal string alignment: inserted, left out, replaced or swapped letters, one row at a time. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped ? (beforePrevious[j - 2] ?? 0) + 1 : Infinity;
      current.push(Math.min(replaced, swapped, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
