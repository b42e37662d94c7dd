// What the preview shows before anything is stored: the table as read with the present choices.
import { toStudioError, type StudioError } from '../../../../shared/errors';
import { guessLabelColumn, guessTextColumn } from '../../../../shared/tables/columns';
import { readTable } from '../../../../shared/tables/readTable';
import type { Table } from '../../../../shared/tables/table';
import type { TableSource } from '../../imports.svelte';
import { prepareTexts } from './prepareTexts';

/** What the reader found by itself and the user may correct. */
export interface Reading {
  encoding?: string;
  delimiter?: string;
  sheet?: string;
  /** Does the first row name the columns? */
  header?: boolean;
}

export class ImportDraft {
  #table = $state.raw<Table | null>(null);
  #error = $state.raw<StudioError | null>(null);
  #refused = $state.raw<Reading>({});
  #textColumn = $state<number | null>(null);
  #labelColumn = $state<number | null>(null);
  keepDuplicates = $state(false);

  /** Null until a text column is chosen. */
  readonly prepared = $derived.by(() =>
    this.#table && this.#textColumn !== null
      ? prepareTexts(
          this.#table,
          {
            text: this.#textColumn,
            label: this.#labelColumn,
            keepDuplicates: this.keepDuplicates,
          },
          this.known(),
        )
      : null,
  );

  constructor(
    readonly source: TableSource,
    /** Texts that the project has already. */
    readonly known: () => Iterable<string>,
  ) {}

  get table(): Table | null {
    return this.#table;
  }
  /** Why the file could not be read as it was asked for last; the table before it is kept. */
  get error(): StudioError | null {
    return this.#error;
  }
  /** How the table was read or, where that failed, how it was asked for. */
  get reading(): Reading {
    const { encoding, delimiter, sheet, hasHeader } = this.#table ?? {};
    return {
      ...(encoding && { encoding }),
      ...(delimiter && { delimiter }),
      ...(sheet && { sheet }),
      ...(hasHeader !== undefined && { header: hasHeader }),
      ...this.#refused,
    };
  }
  get textColumn(): number | null {
    return this.#textColumn;
  }
  set textColumn(column: number | null) {
    this.#textColumn = column;
    if (this.#labelColumn === column) this.#labelColumn = null;
  }
  get labelColumn(): number | null {
    return this.#labelColumn;
  }
  set labelColumn(column: number | null) {
    this.#labelColumn = column;
  }

  /** Reads the file, again if need be, with other choices. */
  async read(reading: Reading = {}): Promise<void> {
    try {
      const table = await readTable(this.source.bytes, this.source.name, reading);
      const sameColumns = table.columns.length === this.#table?.columns.length;
      this.#table = table;
      this.#error = null;
      this.#refused = {};
      if (sameColumns && this.#textColumn !== null) return;
      this.#textColumn = guessTextColumn(table) ?? (table.columns.length === 1 ? 0 : null);
      this.#labelColumn = this.source.takesLabels ? guessLabelColumn(table) : null;
    } catch (error) {
      this.#error = toStudioError(error);
      this.#refused = reading;
    }
  }
}
