/** Seconds by phase: each lap is the time since the one before. */
export class Stopwatch {
  readonly laps: { phase: string; seconds: number }[] = [];
  #since = performance.now();

  lap(phase: string): void {
    const now = performance.now();
    this.laps.push({ phase, seconds: (now - this.#since) / 1000 });
    this.#since = now;
  }
}
