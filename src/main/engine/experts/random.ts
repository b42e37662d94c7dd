// Random numbers that are the same for the same seed on every machine. Generator: sfc32 of PractRand
// (Chris Doty-Humphrey, public domain), 128 bits of state.

export interface Random {
  /** Evenly between 0 (included) and 1 (not). */
  next(): number;
  /** A whole number from 0 to below `end`. */
  integer(end: number): number;
  /** From the normal distribution with mean 0 and deviation 1. */
  normal(): number;
  /** Puts the values in random order, in place; returns them. */
  shuffle<T>(values: T[]): T[];
}

/** A generator whose numbers follow from `seed` (a whole number) alone. */
export function createRandom(seed: number): Random {
  let [a, b, c, counter] = [seed | 0, Math.floor(seed / 2 ** 32) | 0, 0x9e3779b9 | 0, 1];
  const bits = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // Neighbouring seeds start alike; after this many rounds nothing of that is left.
  for (let round = 0; round < 15; round++) bits();

  const next = () => bits() / 2 ** 32;
  const integer = (end: number) => Math.floor(next() * end);
  return {
    next,
    integer,
    // Box and Muller's transform; 1 - next() is never 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    shuffle<T>(values: T[]): T[] {
      // Fisher and Yates, from the end.
      for (let i = values.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        [values[i], values[j]] = [values[j] as T, values[i] as T];
      }
      return values;
    },
  };
}
