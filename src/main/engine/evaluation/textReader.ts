// The text pass over any number of texts, with a bounded memory of texts that were read before.
import type { ProviderName } from '../../../shared/domain';
import { StudioError } from '../../../shared/errors';
import type { Encoder } from '../encoders/encoder';
import type { Int8Maps } from '../encoders/int8';
import { textPassGraph } from '../encoders/textPass';
import { Session } from '../runtime/session';
import type { TextRow } from '../tokenization/textRow';
import { lengthBatches } from './batches';
import { packedFeeds } from './packedFeeds';
import { memoryBytes, takeMemories, type MemoryShape, type TextMemory } from './textMemory';

/** Memories of texts that are kept at most; past it the longest unused are read again when needed. */
const cacheBytes = 512 * 2 ** 20;

export class TextReader {
  readonly shape: MemoryShape;
  /** In order of use, the longest unused first. */
  readonly #cache = new Map<string, TextMemory>();
  #cachedBytes = 0;

  private constructor(
    private readonly session: Session,
    { config }: Encoder,
    private readonly budget: number,
  ) {
    const { num_hidden_layers: layers, num_attention_heads: heads, hidden_size } = config;
    this.shape = { layers, heads, width: hidden_size / heads };
  }

  static async open(
    encoder: Encoder,
    provider: ProviderName,
    budget = cacheBytes,
    maps: Int8Maps | null = null,
  ): Promise<TextReader> {
    const options = { provider, weightsFolder: encoder.folder };
    const session = await Session.open(textPassGraph(encoder, maps), options);
    return new TextReader(session, encoder, budget);
  }

  /** Bytes that the cache holds now. */
  get cachedBytes(): number {
    return this.#cachedBytes;
  }

  /** The memories of the rows, in their order. Stops between two batches when the signal aborts. */
  async read(rows: readonly TextRow[], signal?: AbortSignal): Promise<TextMemory[]> {
    const found = new Map<string, TextMemory>();
    const fresh: { key: string; row: TextRow }[] = [];
    for (const row of rows) {
      const key = row.ids.join();
      if (found.has(key)) continue;
      const known = this.#cache.get(key);
      if (known) this.#touch(key, known);
      found.set(key, known ?? placeholder);
      if (!known) fresh.push({ key, row });
    }
    for (const batch of lengthBatches(fresh.map(({ row }) => row.kept))) {
      if (signal?.aborted) throw new StudioError('cancelled', 'Stopped.');
      const chosen = batch.flatMap((i) => fresh[i] ?? []);
      const memories = await this.#pass(chosen.map(({ row }) => row));
      chosen.forEach(({ key }, i) => {
        const memory = memories[i] ?? placeholder;
        found.set(key, memory);
        this.#keep(key, memory);
      });
    }
    return rows.map((row) => found.get(row.ids.join()) ?? placeholder);
  }

  async release(): Promise<void> {
    this.#cache.clear();
    this.#cachedBytes = 0;
    await this.session.release();
  }

  async #pass(rows: readonly TextRow[]): Promise<TextMemory[]> {
    const texts = rows.map(({ ids }) => ids);
    const outputs = await this.session.run(packedFeeds(texts, this.shape.heads));
    return takeMemories(outputs, texts, this.shape);
  }

  #touch(key: string, memory: TextMemory): void {
    this.#cache.delete(key);
    this.#cache.set(key, memory);
  }

  #keep(key: string, memory: TextMemory): void {
    const twin = this.#cache.get(key); // read by two at the same time
    if (twin) this.#cachedBytes -= memoryBytes(twin);
    this.#touch(key, memory);
    this.#cachedBytes += memoryBytes(memory);
    for (const [oldest, old] of this.#cache) {
      if (this.#cachedBytes <= this.budget) break;
      this.#cache.delete(oldest);
      this.#cachedBytes -= memoryBytes(old);
    }
  }
}

/** Stands for a text until it has been read. */
const placeholder: TextMemory = {
  ids: [],
  tokens: 0,
  states: new Float32Array(),
  keysAndValues: new Float32Array(),
  vectors: new Float32Array(),
};
