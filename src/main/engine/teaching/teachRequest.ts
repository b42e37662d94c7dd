// What is asked of a teaching, and what it tells as it goes.
import type { ProviderName } from '../../../shared/domain';
import type { HeldOutScore } from './heldOut';
import type { TeachingRecipe } from './recipe';

export interface TeachRequest {
  /** What the encoder is called on screens; the base's name if left out. */
  readonly name?: string;
  /** Folder of the encoder to start from. */
  readonly from: string;
  /** Folder of the encoder whose mean text vectors it stays close to; `from` if left out. */
  readonly like?: string;
  /** Folder of the data; see `readTeachingSets`. */
  readonly data: string;
  /** Folder that the taught encoder is written to; also keeps the checkpoint. */
  readonly out: string;
  readonly recipe: TeachingRecipe;
  /** Share of the encoder's numbers that low-rank updates may take; null teaches all weights. */
  readonly share: number | null;
  /** Part of the base in the average with the taught weights at the end. */
  readonly keep: number;
  readonly provider: ProviderName;
}

export type TeachEvent =
  | {
      readonly kind: 'begun';
      readonly step: number;
      readonly taught: number;
      readonly sets: number;
    }
  | {
      readonly kind: 'steps';
      readonly step: number;
      /** Means since the last such event. */
      readonly terms: ReadonlyMap<string, number>;
      readonly pairsPerSecond: number;
      readonly secondsLeft: number;
    }
  | { readonly kind: 'held-out'; readonly step: number; readonly scores: readonly HeldOutScore[] }
  | { readonly kind: 'saved'; readonly folder: string; readonly scores: readonly HeldOutScore[] };
