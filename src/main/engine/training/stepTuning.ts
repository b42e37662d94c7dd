// What all tunings by gradient steps share: they begin or go on, draw a batch, step and stop.
import { linearSchedule } from '../optimizer/schedule';
import { freshSnapshot, type Feeds, type Snapshot, type StepRunner } from './stepRunner';
import type { PassPlan, Tuning } from './tuning';

export abstract class StepTuning implements Tuning {
  abstract readonly part: Tuning['part'];
  #batches: Iterator<number[], undefined> | null = null;
  #pass: PassPlan = { rows: [] };

  protected constructor(
    private readonly runner: StepRunner,
    /** Parameters of a run that has not begun. */
    private readonly fresh: Float32Array,
    private readonly warmUp: number,
  ) {}

  abstract steps(pass: PassPlan): number;
  abstract stepTokens(pass: PassPlan): number;

  /** Batches of the given texts without end, the same at every call. */
  protected abstract batches(rows: readonly number[]): Generator<number[], never>;
  /** What to feed for a batch, in parts whose losses add up. */
  protected abstract feeds(batch: readonly number[]): Promise<readonly Feeds[]>;

  begin(pass: PassPlan, from: Snapshot | null): void {
    this.runner.restart(from ?? freshSnapshot(this.fresh));
    this.#pass = pass;
    this.#batches = this.batches(pass.rows);
    for (let done = 0; done < this.runner.step; done++) this.#batches.next();
  }

  async step(): Promise<number> {
    const batch = this.#batches?.next().value ?? this.#pass.rows;
    const rate = linearSchedule(this.runner.step, this.steps(this.#pass), this.warmUp);
    return this.runner.runParts(await this.feeds(batch), rate);
  }

  snapshot(): Promise<Snapshot> {
    return this.runner.snapshot();
  }

  async release(): Promise<void> {
    await this.runner.release();
  }
}
