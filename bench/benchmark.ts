// What all benchmarks share: the machine in a line, both sides timed in turn, one ratio as the last line.
import os from 'node:os';

/** `theirs / ours` in the same unit, larger than 1 where Handful is faster, and what was divided. */
export interface Result {
  readonly ratio: number;
  readonly of: string;
}

/** Runs a benchmark as the whole of this process; what goes wrong is said in a sentence on stderr. */
export async function benchmark(body: () => Promise<Result>): Promise<void> {
  try {
    print(machine());
    const { ratio, of } = await body();
    print(`ratio ${ratio.toFixed(2)} (${of})`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1); // a Python side that waits ends with us
  }
}

export const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** A busy machine makes every number too large, so how busy it is stands above them. */
function machine(): string {
  const load = os.loadavg().map((average) => average.toFixed(2));
  const model = os.cpus()[0]?.model ?? 'unknown processor';
  return `${os.availableParallelism()} cores of ${model}, Node ${process.versions.node}, load average ${load.join(' ')}`;
}

export interface Both {
  readonly ours: number;
  readonly theirs: number;
}

/**
 * Lets both sides measure themselves in turn, and each go first equally often, so that whatever else
 * the machine does meets both. Returns the median of each side.
 */
export async function interleave(
  rounds: number,
  ours: (round: number) => Promise<number>,
  theirs: (round: number) => Promise<number>,
): Promise<Both> {
  const measured: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) measured.ours.push(await ours(round));
    measured.theirs.push(await theirs(round));
    if (round % 2 === 1) measured.ours.push(await ours(round));
  }
  return { ours: median(measured.ours), theirs: median(measured.theirs) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const [low = Number.NaN, high = low] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]];
  return (low + high) / 2;
}

/** What one ratio for several cases means: none of them counts more for being slower. */
export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** Seconds that a piece of work takes. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** Columns of equal width, the first one to the left, the others to the right. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, i) => Math.max(cell.length, widest[i] ?? 0)),
    [],
  );
  for (const row of rows)
    print(
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('   '),
    );
}
