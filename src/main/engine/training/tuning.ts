// One learned part of a task that is tuned by gradient steps, on any choice of the labelled texts.
import type { TrainPart } from '../../../shared/events';
import type { Snapshot } from './stepRunner';

/** A run of a tuning over some of the labelled texts. */
export interface PassPlan {
  readonly rows: readonly number[];
}

export interface Tuning {
  readonly part: TrainPart['part'];
  steps(pass: PassPlan): number;
  /** Tokens that go through the encoder in one step, about: what a step costs. */
  stepTokens(pass: PassPlan): number;
  /** Starts over, or goes on from a snapshot that was taken in the same pass. */
  begin(pass: PassPlan, from: Snapshot | null): void;
  /** One step; returns its loss. */
  step(): Promise<number>;
  snapshot(): Promise<Snapshot>;
  release(): Promise<void>;
}
