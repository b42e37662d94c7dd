// The gradient steps of a run, pass after pass, as one stream of events; can be cancelled or cut short
// between two steps, and goes on from a checkpoint.
import { StudioError } from '../../../shared/errors';
import type { TrainEvent, TrainPart } from '../../../shared/events';
import { pause } from '../runtime/pause';
import type { Checkpoint } from './checkpoint';
import type { PassPlan, Tuning } from './tuning';

export interface Pass extends PassPlan {
  readonly tuning: Tuning;
  readonly part: TrainPart['part'];
}

export interface PassControl {
  /** Stops the run; nothing is kept. */
  readonly cancel: AbortSignal;
  /** Ends the passes after the step in progress; what they have learned is kept. */
  readonly keep: AbortSignal;
  /** Called every few seconds with where the run stands. */
  readonly save: (checkpoint: Checkpoint) => Promise<void>;
  /** Called now and then with what the passes have learned so far; its event is handed on. */
  readonly show: ((learned: readonly Float32Array[], step: number) => Promise<TrainEvent>) | null;
}

export interface PassResults {
  /** Parameters that each pass has left; missing for passes that were not reached. */
  readonly finished: readonly Float32Array[];
  readonly losses: readonly number[];
  readonly stoppedEarly: boolean;
}

const saveEveryMs = 3000;
/** Showing takes time from learning: this many times as long passes until the next time. */
const showPause = 6;

export async function* runPasses(
  passes: readonly Pass[],
  from: Checkpoint | null,
  control: PassControl,
): AsyncGenerator<TrainEvent, PassResults> {
  const finished = [...(from?.finished ?? [])];
  const losses = [...(from?.losses ?? [])];
  const clock = new StepClock(passes);
  let resumed = from?.current ?? null;
  let savedAt = performance.now();
  let showAt = 0;
  let done = losses.length;
  for (const pass of passes.slice(finished.length)) {
    yield { type: 'phase', phase: pass.part === 'check' ? 'checking' : 'learning' };
    const { tuning } = pass;
    const steps = tuning.steps(pass);
    tuning.begin(pass, resumed);
    let step = resumed?.step ?? 0;
    resumed = null;
    while (step < steps && !control.keep.aborted) {
      const start = performance.now();
      const loss = await tuning.step();
      clock.count(pass, performance.now() - start);
      step++;
      done++;
      losses.push(loss);
      if (!Number.isFinite(loss))
        throw new StudioError('provider-failed', 'What was learned is no number any more.');
      yield { type: 'step', step: done, loss, secondsLeft: clock.secondsLeft(done) };
      const now = performance.now();
      if (control.show && now > showAt && pass.part !== 'check') {
        yield await control.show([...finished, (await tuning.snapshot()).parameters], done);
        showAt = performance.now() + showPause * (performance.now() - now);
      }
      if (now - savedAt > saveEveryMs) {
        savedAt = now;
        await control.save({ finished, current: await tuning.snapshot(), losses });
      }
      await pause(control.cancel);
    }
    finished.push((await tuning.snapshot()).parameters);
    if (control.keep.aborted) return { finished, losses, stoppedEarly: true };
    await control.save({ finished, current: null, losses });
  }
  return { finished, losses, stoppedEarly: false };
}

/** Tells how long the rest takes: the tokens to come, at the pace of those that have been. */
class StepClock {
  readonly #costs: number[];
  #tokens = 0;
  #ms = 0;

  constructor(passes: readonly Pass[]) {
    this.#costs = passes.flatMap((pass) =>
      new Array<number>(pass.tuning.steps(pass)).fill(pass.tuning.stepTokens(pass)),
    );
  }

  count(pass: Pass, ms: number): void {
    this.#tokens += pass.tuning.stepTokens(pass);
    this.#ms += ms;
  }

  secondsLeft(done: number): number {
    const rest = this.#costs.slice(done).reduce((sum, cost) => sum + cost, 0);
    return (rest * this.#ms) / Math.max(1, this.#tokens) / 1000;
  }
}
