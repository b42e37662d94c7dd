// The other side of a benchmark: a Python script that is asked in JSON lines and answers in them. It
// waits without working while our side is measured, and measures itself.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import * as v from 'valibot';
import { print } from './benchmark';

/** What runs the scripts: by the environment variable HANDFUL_PYTHON. */
const usualPython = process.env.HANDFUL_PYTHON ?? 'python3';
const linesKept = 20;

export class PythonSide {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #answers: AsyncIterator<string>;
  readonly #closed: Promise<unknown>;
  /** The end of what it complained about; shown when it gives up. */
  readonly #complaints: string[] = [];

  private constructor(
    private readonly script: string,
    private readonly python: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {
    this.#child = spawn(python, ['-u', `bench/${script}`], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...environment, PYTHONDONTWRITEBYTECODE: '1' },
    });
    this.#closed = once(this.#child, 'close').catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      this.#complaints.push(
        `"${python}" cannot be started (${why}). Name a Python in the environment variable HANDFUL_PYTHON.`,
      );
    });
    this.#child.stdin.on('error', () => undefined); // it has ended: the missing answer tells
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    createInterface({ input: this.#child.stderr }).on('line', (line) => {
      this.#complaints.push(line);
      if (this.#complaints.length > linesKept) this.#complaints.shift();
    });
  }

  /**
   * Starts `bench/<script>`, which is to do its sums with so many threads. Threads of PyTorch that wait
   * for work spin, which is fast on a quiet computer and very slow on a busy one; whichever way is
   * faster now is taken.
   */
  static async start(script: string, threads: number, python = usualPython): Promise<PythonSide> {
    const policies = { spinning: {}, sleeping: { OMP_WAIT_POLICY: 'PASSIVE' } };
    const trials: { side: PythonSide; policy: string; ms: number }[] = [];
    for (const [policy, environment] of Object.entries(policies)) {
      const side = new PythonSide(script, python, environment);
      const { ms } = await side.ask({ trialThreads: threads }, v.object({ ms: v.number() }));
      trials.push({ side, policy, ms });
    }
    const [fastest, ...others] = trials.sort((a, b) => a.ms - b.ms);
    if (!fastest) throw new Error('Nothing was tried.');
    for (const { side } of others) await side.close();
    const told = trials.map(({ policy, ms }) => `${policy} ${ms.toFixed(0)} ms`);
    print(`PyTorch has ${threads} threads, ${fastest.policy} while they wait (${told.join(', ')})`);
    return fastest.side;
  }

  /** The same script in a process of its own, which waits for work in the same way. */
  another(): PythonSide {
    return new PythonSide(this.script, this.python, this.environment);
  }

  /** Sends a request and waits for its answer; throws what the script complained about if it ends. */
  async ask<S extends v.GenericSchema>(request: unknown, answer: S): Promise<v.InferOutput<S>> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const line = await this.#answers.next();
    if (!line.done) return v.parse(answer, JSON.parse(line.value));
    await this.#closed;
    throw new Error(this.#complaints.join('\n') || `bench/${this.script} ended without a word.`);
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    await this.#closed;
  }
}
