// A Dexie query that runes can read, after Svelte's own pattern for outside sources.
import { liveQuery } from 'dexie';
import { createSubscriber } from 'svelte/reactivity';

/** Subscribed only while something on screen reads it; `error` holds why the last query failed. */
export class Live<T> {
  #value: T | undefined;
  #error: unknown;
  readonly #subscribe: () => void;

  constructor(query: () => Promise<T>) {
    this.#subscribe = createSubscriber((update) => {
      const subscription = liveQuery(query).subscribe({
        next: (value) => {
          this.#value = value;
          this.#error = undefined;
          update();
        },
        error: (error: unknown) => {
          this.#error = error;
          update();
        },
      });
      return () => subscription.unsubscribe();
    });
  }

  /** The newest answer; undefined until the first has come. */
  get current(): T | undefined {
    this.#subscribe();
    return this.#value;
  }

  get error(): unknown {
    this.#subscribe();
    return this.#error;
  }
}
