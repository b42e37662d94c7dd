// What has been measured, kept in a file of one line a cell, so that a run goes on where another ended.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';

const Cell = v.object({
  row: v.string(),
  task: v.string(),
  /** Texts of each label; 0 before training. */
  shots: v.number(),
  seed: v.number(),
  /** Of the encoder's weights, and of all settings: a cell with others is measured again. */
  encoder: v.string(),
  settings: v.string(),
  accuracy: v.number(),
  macroF1: v.number(),
  calibrationError: v.number(),
  seconds: v.number(),
  /** Numbers learned, and numbers in the network that was started from. */
  learned: v.number(),
  base: v.number(),
  /** How it was run: what seconds are worth. */
  threads: v.number(),
  fastMatmul: v.boolean(),
  /** Cores that other programs used meanwhile. */
  others: v.number(),
});
export type Cell = v.InferOutput<typeof Cell>;

/** Which cell: there is one for each. */
export type Place = Pick<Cell, 'row' | 'task' | 'shots' | 'seed'>;

/** The first twelve digits of a SHA-256: enough to tell versions apart. */
export const fingerprint = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex').slice(0, 12);

/** Others used less than this many cores while a cell was timed, or its seconds are not shown. */
const quietCores = 0.15;

export const hasHonestSeconds = ({ fastMatmul, others }: Cell): boolean =>
  !fastMatmul && others < quietCores;

export class Results {
  readonly #cells = new Map<string, Cell>();

  private constructor(private readonly file: string) {}

  /** The cells of the file; none if there is no file yet. */
  static async open(file: string): Promise<Results> {
    const results = new Results(file);
    await results.#read();
    return results;
  }

  get cells(): Cell[] {
    return [...this.#cells.values()];
  }

  find(place: Place): Cell | undefined {
    return this.#cells.get(keyOf(place));
  }

  /** Puts the cell in place of the one that was there, and writes the file. */
  async add(cell: Cell): Promise<void> {
    await this.#read(); // another run may have added to it meanwhile
    this.#set(rounded(cell));
    const lines = [...this.#cells].sort(([a], [b]) => (a < b ? -1 : 1));
    const text = lines.map(([, each]) => JSON.stringify(each)).join(',\n');
    await mkdir(path.dirname(this.file), { recursive: true });
    await writeFile(`${this.file}.new`, `[\n${text}\n]\n`);
    await rename(`${this.file}.new`, this.file);
  }

  async #read(): Promise<void> {
    const text = await readFile(this.file, 'utf8').catch(() => '[]');
    for (const cell of v.parse(v.array(Cell), JSON.parse(text))) this.#set(cell);
  }

  #set(cell: Cell): void {
    this.#cells.set(keyOf(cell), cell);
  }
}

const keyOf = ({ row, task, shots, seed }: Place): string => `${row} ${task} ${shots} ${seed}`;

const rounded = (cell: Cell): Cell => ({
  ...cell,
  accuracy: round(cell.accuracy, 4),
  macroF1: round(cell.macroF1, 4),
  calibrationError: round(cell.calibrationError, 4),
  seconds: round(cell.seconds, 2),
  others: round(cell.others, 2),
});

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
