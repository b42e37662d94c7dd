// The trade-off picture of the quality table's cells: what accuracy costs in numbers learned.
import { qualityPicture, type PicturePoint, type PictureSeries } from './qualityPicture';
import type { Cell } from './qualityResults';
import { qualityRows } from './qualityRows';
import { cellsOf, mean, overTasks, shareOf } from './qualitySummary';
import { mainTasks } from './qualityTasks';

const tasks = mainTasks.map(({ id }) => id);
/** The default may learn 3 %; full tuning is the line's right end. */
const onLine = [
  ...qualityRows.filter(({ group }) => group === 'budget').map(({ id }) => id),
  'default',
  'full',
];

/** Null while there are fewer than two points to draw. */
export function drawTradeOff(cells: readonly Cell[]): string | null {
  const series = ([16, 8] as const).flatMap((shots): PictureSeries[] => {
    const points = onLine.flatMap((row) => pointOf(cells, row, shots) ?? []);
    if (points.length < 2) return [];
    const setfit = pointOf(cells, 'setfit', shots);
    return [
      {
        title: `${shots} texts of each label`,
        colour: shots === 16 ? 'a' : 'b',
        points,
        chosen: pointOf(cells, 'default', shots),
        others: setfit ? [{ ...setfit, name: 'SetFit' }] : [],
      },
    ];
  });
  if (series.length === 0) return null;
  const before = overTasks(cellsOf(cells, 'zero-shot', 0), tasks, ({ accuracy }) => accuracy);
  return qualityPicture({
    title: 'Accuracy against what is learned, mean of five tasks',
    series,
    before: before?.mean ?? null,
  });
}

function pointOf(cells: readonly Cell[], row: string, shots: number): PicturePoint | null {
  const own = cellsOf(cells, row, shots);
  const found = overTasks(own, tasks, ({ accuracy }) => accuracy);
  return found && { share: mean(own.map(shareOf)), accuracy: found.mean, spread: found.spread };
}
