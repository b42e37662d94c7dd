// One learned part of a task that is tuned by gradient steps, on any choice of the labelled texts.
import type { Snapshot } from './stepRunner';

export interface Tuning {
  /** Names the part in checkpoints and in what the user reads. */
  readonly name: 'tokens' | 'text';
  /** Steps that a run over these rows takes. */
  steps(rows: readonly number[]): number;
  /** Starts over with the rows, or goes on from a snapshot that was taken with the same rows. */
  begin(rows: readonly number[], from: Snapshot | null): void;
  /** One step; returns its loss. */
  step(): Promise<number>;
  snapshot(): Promise<Snapshot>;
  release(): Promise<void>;
}
