// The text pass with low-rank updates, down to one vector a text: what a tuned linear expert reads.
import type { ProviderName } from '../../../shared/domain';
import type { Encoder } from '../encoders/encoder';
import type { EncoderConfig } from '../encoders/encoderConfig';
import type { Int8Maps } from '../encoders/int8';
import { lowRankVector, updatedMaps, type LowRankPair } from '../encoders/lowRank';
import { tunedPass, type ReadText } from '../encoders/tunedPass';
import { tunedFeeds } from './packedFeeds';
import { GraphBuilder } from '../onnx/builder';
import type { Model } from '../onnx/model';
import { Session } from '../runtime/session';
import { dataOf, floats } from '../runtime/tensor';

/** Inputs: parameters [size] and those of `tunedPass`. Output: vectors [batch, hidden] of length 1. */
function tunedGraph(encoder: Encoder, pairs: readonly LowRankPair[], maps: Int8Maps | null): Model {
  const g = new GraphBuilder('tuned text pass');
  const vector = lowRankVector(pairs);
  const valueOf = vector.unpack(g, g.input('parameters', 'float32', [vector.size]));
  return g.model({ vectors: tunedPass(g, encoder, pairs, updatedMaps(g, pairs, valueOf, maps)) });
}

export class TunedReader {
  /** Settled once all reads so far have ended. */
  #reads: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly session: Session,
    private readonly config: EncoderConfig,
    private readonly pairs: readonly LowRankPair[],
  ) {}

  static async open(
    encoder: Encoder,
    pairs: readonly LowRankPair[],
    provider: ProviderName,
    maps: Int8Maps | null = null,
  ): Promise<TunedReader> {
    const options = { provider, weightsFolder: encoder.folder };
    const session = await Session.open(tunedGraph(encoder, pairs, maps), options);
    return new TunedReader(session, encoder.config, pairs);
  }

  /** The vectors of a batch, [batch, hidden], under the given low-rank factors. */
  read(batch: readonly ReadText[], parameters: Float32Array): Promise<Float32Array> {
    const reading = this.#read(batch, parameters);
    // Without the results: each would hold all those before it.
    this.#reads = Promise.allSettled([this.#reads, reading]).then(() => undefined);
    return reading;
  }

  async #read(batch: readonly ReadText[], parameters: Float32Array): Promise<Float32Array> {
    const { vectors } = await this.session.run({
      parameters: floats(parameters, [parameters.length]),
      ...tunedFeeds(this.config, this.pairs, batch),
    });
    return dataOf(vectors);
  }

  /** Waits for those who are reading, or have just been handed this reader. */
  async release(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await this.#reads;
    await this.session.release();
  }
}
