// Short messages at the edge of the screen: what was done, what went wrong, what to do next.
import { toStudioError } from '../../shared/errors';
import { describeError } from './errorMessages';

export interface Notice {
  id: number;
  kind: 'done' | 'failed';
  heading: string;
  text: string;
}

const shownMs = 4000;

export class Notices {
  #list = $state.raw<readonly Notice[]>([]);
  #lastId = 0;
  #step = '';

  get list(): readonly Notice[] {
    return this.#list;
  }

  /** Goes away by itself. */
  say(heading: string, text = ''): void {
    const id = this.#add('done', heading, text);
    setTimeout(() => this.dismiss(id), shownMs);
  }

  /** Stays until dismissed, until the step is left, or until something is done after it. What the user stopped themselves is no failure and is not shown. */
  fail(error: unknown): void {
    if (toStudioError(error).code === 'cancelled') return;
    const { heading, sentence, next } = describeError(error);
    this.#add('failed', heading, `${sentence} ${next}`);
  }

  /** Runs the job; a failure becomes a notice, and a success ends the failures that were before it. */
  async guard(job: () => Promise<unknown>): Promise<void> {
    const last = this.#lastId;
    try {
      await job();
      this.#dismissFailures(last);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Tells in which step the user is; what failed in another one is of no use there. */
  enter(step: string): void {
    if (step === this.#step) return;
    this.#step = step;
    this.#dismissFailures(this.#lastId);
  }

  dismiss(id: number): void {
    this.#list = this.#list.filter((notice) => notice.id !== id);
  }

  #dismissFailures(last: number): void {
    this.#list = this.#list.filter(({ id, kind }) => kind !== 'failed' || id > last);
  }

  #add(kind: Notice['kind'], heading: string, text: string): number {
    const id = ++this.#lastId;
    this.#list = [
      ...this.#list.filter((notice) => notice.text !== text || notice.heading !== heading),
      { id, kind, heading, text },
    ];
    return id;
  }
}
