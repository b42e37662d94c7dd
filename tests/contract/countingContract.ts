// A small contract that needs all that a transport must carry, and an implementation that notes
// whether its stream was stopped.
import * as v from 'valibot';
import { StudioError } from '../../src/shared/errors';
import { call, stream, type Api } from '../../src/shared/rpc/contract';

export const countingContract = {
  texts: {
    echo: call(v.string(), v.string()),
    refuse: call(v.void(), v.void()),
    never: call(v.void(), v.void()),
    /** Counts, one each millisecond; without an end when `to` is null. */
    count: stream(v.object({ to: v.nullable(v.number()) }), v.number()),
    /** How many streams run now. */
    running: call(v.void(), v.number()),
  },
};
export type Counting = Api<typeof countingContract>;

export function createCounting(): Counting {
  let running = 0;
  return {
    texts: {
      echo: (text) => Promise.resolve(text),
      refuse: () => Promise.reject(new StudioError('busy', 'One at a time.', { step: 3 })),
      never: () => new Promise(() => undefined),
      running: () => Promise.resolve(running),
      async *count({ to }, signal) {
        running++;
        try {
          for (let n = 1; (to === null || n <= to) && !signal.aborted; n++) {
            await new Promise((resolve) => setTimeout(resolve, 1));
            yield n;
          }
        } finally {
          running--;
        }
      },
    },
  };
}
