// Where the window stood when it was closed.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';

const Bounds = v.object({
  x: v.number(),
  y: v.number(),
  width: v.pipe(v.number(), v.minValue(400)),
  height: v.pipe(v.number(), v.minValue(300)),
});
export type Bounds = v.InferOutput<typeof Bounds>;

/** How much of the window, in pixels, must be on a screen for it to be found there. */
const grip = 100;

const fileOf = (dataFolder: string) => path.join(dataFolder, 'window.json');

/** The last bounds, if they are still on one of the screens; otherwise null. */
export function recallBounds(dataFolder: string, screens: readonly Bounds[]): Bounds | null {
  let text = '';
  try {
    text = readFileSync(fileOf(dataFolder), 'utf8');
  } catch {
    return null; // the first start
  }
  const found = v.safeParse(v.pipe(v.string(), v.parseJson(), Bounds), text);
  if (!found.success) return null;
  const { x, y, width } = found.output;
  const isWithin = (screen: Bounds) =>
    x + width >= screen.x + grip &&
    x <= screen.x + screen.width - grip &&
    y >= screen.y &&
    y <= screen.y + screen.height - grip;
  return screens.some(isWithin) ? found.output : null;
}

/** Written while the window closes, so at once; a window that opens in the middle is no loss. */
export function rememberBounds(dataFolder: string, { x, y, width, height }: Bounds): void {
  try {
    writeFileSync(fileOf(dataFolder), JSON.stringify({ x, y, width, height }));
  } catch {
    return;
  }
}
