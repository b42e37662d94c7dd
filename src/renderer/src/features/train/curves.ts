// The losses of a run as curves: one for each thing that is learned, in percent of its first loss.
import type { TrainPart } from '../../../../shared/events';

export interface Curve {
  readonly part: TrainPart['part'];
  /** Steps that the part has, done or not. */
  readonly steps: number;
  /** In percent of the first: one for each step done. */
  readonly percent: readonly number[];
}

/** What is repeated only to judge the run is not drawn: it starts over and teaches nothing. */
export function curvesOf(losses: readonly number[], parts: readonly TrainPart[]): Curve[] {
  let from = 0;
  return parts.flatMap(({ part, steps }) => {
    const own = losses.slice(from, from + steps);
    from += steps;
    if (part === 'check') return [];
    const first = own[0] ?? 1;
    return [{ part, steps, percent: own.map((loss) => (100 * loss) / first) }];
  });
}

const nameOf = { words: 'the words of the labels', texts: 'how texts are read', check: '' };

export function describeCurves(curves: readonly Curve[]): string {
  const begun = curves.filter(({ percent }) => percent.length > 0);
  if (begun.length === 0) return 'Loss: no step yet';
  const parts = begun.map(
    ({ part, percent }) =>
      `${nameOf[part]} at ${Math.round(percent.at(-1) ?? 100)} % of its start after ${percent.length} steps`,
  );
  return `Loss: ${parts.join('; ')}`;
}

/** Steps from 1, and for each of up to two curves its values at its own steps. */
export function chartData(
  curves: readonly Curve[],
  steps: number,
): [number[], (number | null)[], (number | null)[]] {
  const x = Array.from({ length: steps }, (_, i) => i + 1);
  const [first = [], second = []] = curves.map(({ percent }, at) => {
    const before = curves.slice(0, at).reduce((sum, curve) => sum + curve.steps, 0);
    return x.map((step) => percent[step - 1 - before] ?? null);
  });
  return [x, first, second];
}
