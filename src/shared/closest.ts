// The nearest of some names to one that was probably misspelt.

/** The candidate with the fewest edits, or null when none is close (about a third may differ). */
export function closest(wanted: string, candidates: readonly string[]): string | null {
  const target = wanted.trim().toLowerCase();
  let best: { candidate: string; edits: number } | null = null;
  for (const candidate of candidates) {
    const edits = editDistance(target, candidate.trim().toLowerCase());
    if (!best || edits < best.edits) best = { candidate, edits };
  }
  if (!best) return null;
  const allowed = Math.ceil(Math.max(target.length, best.candidate.length) / 3);
  return best.edits <= allowed ? best.candidate : null;
}

/** Levenshtein distance, one row of the table at a time. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
