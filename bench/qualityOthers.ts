// Whether the computer was quiet while something was timed.
import os from 'node:os';

/**
 * Starts counting; the function that comes back tells how many cores other programs have used since,
 * on average. `children`: processor seconds of programs that work for us, so far.
 */
export function countOthers(children: () => number): () => number {
  const [from, start] = [secondsUsed(), performance.now()];
  const own = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6 + children();
  };
  const ownFrom = own();
  return () => {
    const seconds = (performance.now() - start) / 1000;
    return Math.max(0, (secondsUsed() - from - (own() - ownFrom)) / seconds);
  };
}

/** Seconds that all cores together have worked since the computer was started. */
const secondsUsed = (): number =>
  os.cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys, 0) / 1000;
