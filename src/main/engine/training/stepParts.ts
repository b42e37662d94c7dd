/** Rows of hidden states up to which what a layer computes still fits a processor's nearer memory. */
const mostRows = 1280;

/**
 * The texts of a step in even parts whose hidden states, `rows` of each text, are not too many. The
 * gradient of a sum over texts is the sum of the parts' gradients; large parts are slow and need memory.
 */
export function stepParts<T>(texts: readonly T[], rows: number): T[][] {
  const parts = Math.ceil((texts.length * rows) / mostRows);
  const size = Math.max(1, Math.ceil(texts.length / Math.max(1, parts)));
  return Array.from({ length: Math.ceil(texts.length / size) }, (_, n) =>
    texts.slice(n * size, (n + 1) * size),
  );
}
