// The table that is to be labelled: chosen, under way, or done and not yet saved. It belongs to the
// project and not to the Use step, since people look at other steps meanwhile, and train again.
import type { Studio } from '../../../../shared/contract';
import { guessTextColumn } from '../../../../shared/tables/columns';
import type { Table } from '../../../../shared/tables/table';
import type { Classifier } from '../../classifier';
import { Scoring } from './scoring.svelte';

/** Below that, rows per second say little of the rows to come. */
const firstEstimateMs = 2000;

export class TableScoring {
  #table = $state.raw<Table | null>(null);
  #scoring = $state.raw<Scoring | null>(null);
  /** When it was started or went on, and how many rows were done then. */
  #begun = { at: 0, done: 0 };
  /** Place of the column with the texts; null until one is chosen. */
  column = $state<number | null>(null);

  get table(): Table | null {
    return this.#table;
  }
  /** Null until it was started. */
  get scoring(): Scoring | null {
    return this.#scoring;
  }

  /** How long the rest will take, at the speed so far; null where that cannot be said. */
  get secondsLeft(): number | null {
    const { scoring } = this;
    if (scoring?.status !== 'running') return null;
    const done = scoring.done - this.#begun.done;
    const ms = performance.now() - this.#begun.at;
    if (done <= 0 || ms < firstEstimateMs) return null;
    return ((scoring.table.rows.length - scoring.done) / done) * (ms / 1000);
  }

  /** Takes this table in place of the one before. */
  choose(table: Table): void {
    this.cancel();
    this.#scoring = null;
    this.#table = table;
    this.column = guessTextColumn(table) ?? (table.columns.length === 1 ? 0 : null);
  }

  /** Labels the table from its first row. */
  async start(classifier: Classifier, studio: Studio): Promise<void> {
    if (!this.#table || this.column === null) return;
    this.cancel();
    this.#scoring = new Scoring(this.#table, this.column, classifier);
    await this.goOn(studio);
  }

  /** Labels the rows that are left, with the classifier that it was started with. */
  async goOn(studio: Studio): Promise<void> {
    this.#begun = { at: performance.now(), done: this.#scoring?.done ?? 0 };
    await this.#scoring?.run(studio);
  }

  cancel(): void {
    this.#scoring?.cancel();
  }
}
