// Python's `random.Random(seed).sample`, so that splits are the ones that a line of Python draws: the
// Mersenne Twister (Matsumoto and Nishimura 1998), seeded and cut into ranges as CPython does.

const size = 624;
const period = 397;

export class PythonRandom {
  readonly #state = new Uint32Array(size);
  #next = size;

  /** `seed`: a whole number from 0 to 2^32 - 1. */
  constructor(seed: number) {
    const state = this.#state;
    fill(state, 19650218);
    let at = 1;
    const step = (multiplier: number, add: (old: number) => number) => {
      const previous = state[at - 1] ?? 0;
      const mixed = Math.imul(previous ^ (previous >>> 30), multiplier);
      state[at] = add((state[at] ?? 0) ^ mixed);
      at += 1;
      if (at < size) return;
      state[0] = state[size - 1] ?? 0;
      at = 1;
    };
    // The key is one word long: the seed.
    for (let i = 0; i < size; i++) step(1664525, (old) => old + seed);
    for (let i = 0; i < size - 1; i++) step(1566083941, (old) => old - at);
    state[0] = 0x80000000;
  }

  /** `count` of the items, each at most once, in the order in which they are drawn. */
  sample<T>(items: readonly T[], count: number): T[] {
    if (count > items.length)
      throw new Error(`${count} cannot be drawn from ${items.length}: there are too few.`);
    const n = items.length;
    // CPython's choice between a pool and a set of places taken decides what is drawn.
    const setSize = 21 + (count > 5 ? 4 ** Math.ceil(Math.log(count * 3) / Math.log(4)) : 0);
    if (n <= setSize) {
      const pool = [...items];
      return Array.from({ length: count }, (_, i) => {
        const place = this.#below(n - i);
        const drawn = pool[place];
        pool[place] = pool[n - i - 1] as T;
        return drawn as T;
      });
    }
    const taken = new Set<number>();
    while (taken.size < count) taken.add(this.#below(n));
    return [...taken].map((place) => items[place] as T);
  }

  /** A whole number from 0 to n - 1. */
  #below(n: number): number {
    const bits = 32 - Math.clz32(n);
    for (;;) {
      const drawn = this.#word() >>> (32 - bits);
      if (drawn < n) return drawn;
    }
  }

  #word(): number {
    if (this.#next === size) this.#turn();
    let word = this.#state[this.#next++] ?? 0;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  #turn(): void {
    const state = this.#state;
    for (let i = 0; i < size; i++) {
      const own = state[i] ?? 0;
      const joined = (own & 0x80000000) | ((state[(i + 1) % size] ?? 0) & 0x7fffffff);
      const twist = joined & 1 ? 0x9908b0df : 0;
      state[i] = (state[(i + period) % size] ?? 0) ^ (joined >>> 1) ^ twist;
    }
    this.#next = 0;
  }
}

function fill(state: Uint32Array, seed: number): void {
  state[0] = seed;
  for (let i = 1; i < size; i++) {
    const previous = state[i - 1] ?? 0;
    state[i] = Math.imul(previous ^ (previous >>> 30), 1812433253) + i;
  }
}
