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
import { takeMemories, type BatchMemory, type MemoryShape, type TextMemory } from './textMemory';

/** What is kept at most; past it the batches that were not used for longest are read again when needed. */
const cacheBytes = 512 * 2 ** 20;

export class TextReader {
  readonly shape: MemoryShape;
  readonly #cache = new Map<string, TextMemory>();
  /** The texts of each batch, by their keys; in order of use, the longest unused first. */
  readonly #batches = new Map<BatchMemory, readonly string[]>();
  #cachedBytes = 0;

  private constructor(
    private readonly session: Session,
    { config }: Encoder,
    private readonly budget: number,
  ) {
    const { num_attention_heads: heads, hidden_size } = config;
    this.shape = { heads, width: hidden_size / heads };
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
    const found = new Map<string, TextMemory | null>();
    const fresh: { key: string; row: TextRow }[] = [];
    for (const row of rows) {
      const key = row.ids.join();
      if (found.has(key)) continue;
      const known = this.#cache.get(key);
      if (known) this.#touch(known.batch);
      else fresh.push({ key, row });
      found.set(key, known ?? null);
    }
    for (const batch of lengthBatches(fresh.map(({ row }) => row.kept))) {
      if (signal?.aborted) throw new StudioError('cancelled', 'Stopped.');
      const chosen = batch.flatMap((i) => fresh[i] ?? []);
      const memories = await this.#pass(chosen.map(({ row }) => row));
      memories.forEach((memory, i) => found.set(chosen[i]?.key ?? '', memory));
      this.#keep(
        chosen.map(({ key }) => key),
        memories,
      );
    }
    return rows.flatMap((row) => found.get(row.ids.join()) ?? []);
  }

  async release(): Promise<void> {
    this.#cache.clear();
    this.#batches.clear();
    this.#cachedBytes = 0;
    await this.session.release();
  }

  async #pass(rows: readonly TextRow[]): Promise<TextMemory[]> {
    const texts = rows.map(({ ids }) => ids);
    const outputs = await this.session.run(packedFeeds(texts, this.shape.heads));
    return takeMemories(outputs, texts, this.shape);
  }

  #touch(batch: BatchMemory): void {
    const keys = this.#batches.get(batch);
    if (!keys) return;
    this.#batches.delete(batch);
    this.#batches.set(batch, keys);
  }

  #keep(keys: readonly string[], memories: readonly TextMemory[]): void {
    const [first] = memories;
    // Two may have read the same texts at the same time.
    if (!first || keys.every((key) => this.#cache.has(key))) return;
    memories.forEach((memory, i) => this.#cache.set(keys[i] ?? '', memory));
    this.#batches.set(first.batch, keys);
    this.#cachedBytes += first.batch.bytes;
    for (const [oldest, texts] of this.#batches) {
      if (this.#cachedBytes <= this.budget) break;
      this.#batches.delete(oldest);
      this.#cachedBytes -= oldest.bytes;
      // Some of its texts may lie in a later batch as well.
      for (const key of texts) if (this.#cache.get(key)?.batch === oldest) this.#cache.delete(key);
    }
  }
}
