// Cells brought together: mean and spread over seeds, for each task and over the tasks.
import { hasHonestSeconds, type Cell } from './qualityResults';

export type Measure = 'accuracy' | 'macroF1' | 'calibrationError';

export interface Mean {
  readonly mean: number;
  /** Standard deviation over seeds (n - 1); NaN for one. */
  readonly spread: number;
  readonly count: number;
}

/** The cells of a row at so many texts of each label; those before training fit any number. */
export const cellsOf = (cells: readonly Cell[], row: string, shots: number): Cell[] =>
  cells.filter((cell) => cell.row === row && (cell.shots === shots || cell.shots === 0));

/** Null without a cell. */
export function overSeeds(
  cells: readonly Cell[],
  task: string,
  measure: (cell: Cell) => number,
): Mean | null {
  const values = cells.filter((cell) => cell.task === task).map(measure);
  return values.length === 0 ? null : meanOf(values);
}

/**
 * The average over tasks of each seed that has all of them, then mean and spread over those seeds;
 * null when no seed has them all.
 */
export function overTasks(
  cells: readonly Cell[],
  tasks: readonly string[],
  measure: (cell: Cell) => number,
): Mean | null {
  const seeds = [...new Set(cells.map(({ seed }) => seed))];
  const averages = seeds.flatMap((seed) => {
    const own = tasks.map((task) => cells.find((cell) => cell.seed === seed && cell.task === task));
    const known = own.flatMap((cell) => (cell ? [measure(cell)] : []));
    return known.length === tasks.length ? [mean(known)] : [];
  });
  return averages.length === 0 ? null : meanOf(averages);
}

/** Seconds to train: those that were measured on a quiet computer in full precision; null without. */
export function honestSeconds(cells: readonly Cell[]): number | null {
  const honest = cells.filter((cell) => cell.shots > 0 && hasHonestSeconds(cell));
  return honest.length === 0 ? null : mean(honest.map(({ seconds }) => seconds));
}

/** Numbers learned as a share of the network that was started from. */
export const shareOf = ({ learned, base }: Cell): number => learned / base;

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export function meanOf(values: readonly number[]): Mean {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return { mean: middle, spread: Math.sqrt(squares / (values.length - 1)), count: values.length };
}
