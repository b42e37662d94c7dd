/** Linear warm-up over `warmUp` steps, then linear decay to 0 after `steps`. Steps count from 0. */
export const linearSchedule = (step: number, steps: number, warmUp: number): number =>
  Math.min(1, (step + 1) / Math.max(1, warmUp)) * Math.max(0, 1 - step / steps);
