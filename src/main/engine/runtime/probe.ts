// A small graph with a known answer: does a provider run at all, is it right, and how fast is it?
import type { ProviderName } from '../../../shared/domain';
import { StudioError } from '../../../shared/errors';
import { GraphBuilder } from '../onnx/builder';
import type { Model } from '../onnx/model';
import { Session } from './session';
import { dataOf, floats } from './tensor';

const size = 384;
const rows = 512;

/** softmax(gelu(x w) w) summed over its rows: every row sums to 1, so the sum is the row count. */
function probeGraph(): Model {
  const g = new GraphBuilder('probe');
  const x = g.input('x', 'float32', [rows, size]);
  const w = g.input('w', 'float32', [size, size]);
  let y = x;
  for (let n = 0; n < 4; n++) y = g.gelu(g.matMul(y, w));
  return g.model({ y: g.reduceSum(g.softmax(y, -1), [0]) });
}

/** Milliseconds of one run, the first one (which compiles) left out. Throws 'provider-failed'. */
export async function probe(provider: ProviderName): Promise<number> {
  const session = await Session.open(probeGraph(), { provider });
  try {
    const wave = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i) / 8);
    const feeds = {
      x: floats(wave(rows * size), [rows, size]),
      w: floats(wave(size * size), [size, size]),
    };
    let fastest = Infinity;
    for (let n = 0; n < 4; n++) {
      const start = performance.now();
      const { y } = await session.run(feeds);
      if (n > 0) fastest = Math.min(fastest, performance.now() - start);
      const total = dataOf(y).reduce((sum, value) => sum + value, 0);
      if (!(Math.abs(total - rows) < 0.01))
        throw new StudioError('provider-failed', `It answered ${total} instead of ${rows}.`);
    }
    return fastest;
  } finally {
    await session.release();
  }
}
