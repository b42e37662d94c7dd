// The text pass with low-rank updates, down to one vector a text: what a tuned linear expert reads.
import type { ProviderName } from '../../../shared/domain';
import { StudioError } from '../../../shared/errors';
import { bertGraph } from '../encoders/bert';
import type { Encoder } from '../encoders/encoder';
import { lowRankVector, updatedMaps, type LowRankPair } from '../encoders/lowRank';
import type { Int8Maps } from '../encoders/int8';
import { packedInputs, textPass, unitLength } from '../encoders/textPass';
import { GraphBuilder } from '../onnx/builder';
import type { Model } from '../onnx/model';
import { Session } from '../runtime/session';
import { dataOf, floats, longs, type Tensor } from '../runtime/tensor';
import { packBatch } from '../tokenization/packBatch';
import type { TextRow } from '../tokenization/textRow';
import { lengthBatches } from './batches';

/** Inputs: parameters [size] and those of `packedInputs`. Output: vectors [batch, hidden] of length 1. */
function tunedGraph(encoder: Encoder, pairs: readonly LowRankPair[], maps: Int8Maps | null): Model {
  const g = new GraphBuilder('tuned text pass');
  const vector = lowRankVector(pairs);
  const valueOf = vector.unpack(g, g.input('parameters', 'float32', [vector.size]));
  const options = updatedMaps(g, pairs, valueOf, maps);
  const { means } = textPass(g, bertGraph(g, encoder), packedInputs(g), options);
  const last = means.at(-1);
  if (!last) throw new Error('An encoder has at least one layer.');
  return g.model({ vectors: unitLength(g, last) });
}

/** What to feed for `packedInputs`. */
export function packedFeeds(rows: readonly ArrayLike<number>[]): Record<string, Tensor> {
  const { ids, positions, places, cells, mask, width } = packBatch(rows);
  const grid = [rows.length, width];
  return {
    ids: longs(ids, [ids.length]),
    positions: longs(positions, [ids.length]),
    places: longs(places, grid),
    cells: longs(cells, [ids.length]),
    mask: floats(mask, grid),
  };
}

export class TunedReader {
  /** Settled once all reads so far have ended. */
  #reads: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly session: Session,
    private readonly hidden: number,
  ) {}

  static async open(
    encoder: Encoder,
    pairs: readonly LowRankPair[],
    provider: ProviderName,
    maps: Int8Maps | null = null,
  ): Promise<TunedReader> {
    const options = { provider, weightsFolder: encoder.folder };
    const session = await Session.open(tunedGraph(encoder, pairs, maps), options);
    return new TunedReader(session, encoder.config.hidden_size);
  }

  /** The vectors of the rows, [rows, hidden], under the given low-rank factors. */
  read(
    rows: readonly TextRow[],
    parameters: Float32Array,
    signal?: AbortSignal,
  ): Promise<Float32Array> {
    const reading = this.#read(rows, parameters, signal);
    // Without the results: each would hold all those before it.
    this.#reads = Promise.allSettled([this.#reads, reading]).then(() => undefined);
    return reading;
  }

  async #read(
    rows: readonly TextRow[],
    parameters: Float32Array,
    signal?: AbortSignal,
  ): Promise<Float32Array> {
    const vectors = new Float32Array(rows.length * this.hidden);
    for (const batch of lengthBatches(rows.map(({ kept }) => kept))) {
      if (signal?.aborted) throw new StudioError('cancelled', 'Stopped.');
      const outputs = await this.session.run({
        parameters: floats(parameters, [parameters.length]),
        ...packedFeeds(batch.map((i) => rows[i]?.ids ?? [])),
      });
      const found = dataOf(outputs.vectors);
      batch.forEach((i, b) =>
        vectors.set(found.subarray(b * this.hidden, (b + 1) * this.hidden), i * this.hidden),
      );
    }
    return vectors;
  }

  /** Waits for those who are reading, or have just been handed this reader. */
  async release(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await this.#reads;
    await this.session.release();
  }
}
