// What a command may touch of the terminal: results on stdout, everything else on stderr.

export interface CommandIo {
  /** A line of the result, on stdout. */
  print(line: string): void;
  /** Writes to stderr as it is, without a newline of its own. */
  say(text: string): void;
  /** Is stderr a terminal, so that a line can be written over? */
  readonly isTerminal: boolean;
  /** Aborted by Ctrl+C. */
  readonly signal: AbortSignal;
}

/** What is going on, on stderr: one line that changes on a terminal, few lines otherwise. */
export class Progress {
  #lastLineAt = 0;
  #isLineOpen = false;

  constructor(private readonly io: CommandIo) {}

  /** A new phase. */
  phase(line: string): void {
    this.#write(line);
  }

  /** Something within a phase; off a terminal it is shown at most every ten seconds. */
  step(line: string): void {
    if (this.io.isTerminal || Date.now() - this.#lastLineAt >= 10_000) this.#write(line);
  }

  /** Something worth keeping on the screen. */
  note(line: string): void {
    this.end();
    this.io.say(`${line}\n`);
  }

  /** Takes the changing line away. */
  end(): void {
    if (this.#isLineOpen) this.io.say('\r\u001b[K');
    this.#isLineOpen = false;
  }

  #write(line: string): void {
    this.#lastLineAt = Date.now();
    this.io.say(this.io.isTerminal ? `\r\u001b[K${line.slice(0, 100)}` : `${line}\n`);
    this.#isLineOpen = this.io.isTerminal;
  }
}
