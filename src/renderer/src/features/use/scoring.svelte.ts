// Scores a whole table, some texts at a time, so that progress shows and memory stays bounded by
// the table itself and one number per row and label.
import type { Studio } from '../../../../shared/contract';
import type { Text } from '../../../../shared/domain';
import { toStudioError, type StudioError } from '../../../../shared/errors';
import { oneMessage } from '../../../../shared/rpc/messageSize';
import type { Table } from '../../../../shared/tables/table';
import type { Classifier } from '../../classifier';
import { distinctNames } from '../../distinctNames';

const rowsPerRequest = 2000;

export type ScoringStatus = 'ready' | 'running' | 'done' | 'stopped' | 'failed';

export class Scoring {
  #status = $state<ScoringStatus>('ready');
  #done = $state(0);
  #error = $state.raw<StudioError | null>(null);
  #abort = new AbortController();
  /** Confidence of row r for label k at r * labels + k; NaN where there is no text. */
  readonly #confidences: Float32Array;

  constructor(
    readonly table: Table,
    readonly column: number,
    readonly classifier: Classifier,
  ) {
    this.#confidences = new Float32Array(table.rows.length * this.#width).fill(NaN);
  }

  get status(): ScoringStatus {
    return this.#status;
  }
  /** Rows done so far. */
  get done(): number {
    return this.#done;
  }
  get error(): StudioError | null {
    return this.#error;
  }

  async run(studio: Studio): Promise<void> {
    this.#abort = new AbortController();
    this.#status = 'running';
    this.#error = null;
    try {
      while (this.#done < this.table.rows.length) await this.#scoreSome(studio);
      this.#status = 'done';
    } catch (error) {
      this.#error = toStudioError(error);
      this.#status = this.#error.code === 'cancelled' ? 'stopped' : 'failed';
    }
  }

  cancel(): void {
    this.#abort.abort();
  }

  /** All columns of the table, then label, confidence, and one column for each label. */
  result(): { columns: string[]; rows: string[][] } {
    const { labels } = this.classifier.task;
    const added = ['label', 'confidence', ...labels.map(({ name }) => name)];
    const columns = distinctNames([...this.table.columns, ...added]);
    const rows = this.table.rows.map((cells, row) => {
      const confidence = this.#confidences.subarray(row * this.#width, (row + 1) * this.#width);
      const highest = Math.max(...confidence);
      // No text, no label: such a row keeps empty cells.
      if (Number.isNaN(highest)) return [...cells, ...added.map(() => '')];
      const best = labels[confidence.indexOf(highest)]?.name ?? '';
      return [
        ...cells,
        best,
        highest.toFixed(4),
        ...[...confidence].map((each) => each.toFixed(4)),
      ];
    });
    return { columns, rows };
  }

  get #width(): number {
    return this.classifier.task.labels.length;
  }

  async #scoreSome(studio: Studio): Promise<void> {
    const start = this.#done;
    const { rows } = this.table;
    const fits = oneMessage(rowsPerRequest);
    const texts: Text[] = [];
    let end = start;
    for (; end < rows.length; end++) {
      const row = { id: `${end}`, text: rows[end]?.[this.column]?.trim() ?? '' };
      if (!fits(row)) break;
      if (row.text !== '') texts.push(row);
    }
    const request = { classifier: this.classifier.ref, texts };
    if (texts.length > 0)
      for await (const predictions of studio.predictions.run(request, this.#abort.signal))
        for (const { id, confidence } of predictions) {
          this.#confidences.set(confidence, Number(id) * this.#width);
          this.#done = Math.max(this.#done, Number(id) + 1);
        }
    this.#done = end;
  }
}
