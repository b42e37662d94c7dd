// Where the user is among the texts: the trail of those that were shown, the pool that the next one
// comes from, and what a key does to the text in view.
import type { Decision, Example } from '../../../../shared/domain';
import { classifierOf, ranked, type Suggestion } from '../../classifier';
import type { ProjectSession } from '../../projectSession.svelte';
import { chooseNext, pickPool, poolSize } from './queue';

const recentTexts = 40;

export class Labelling {
  #trail = $state.raw<readonly string[]>([]);
  #at = $state(0);
  #pool = $state.raw<readonly Example[]>([]);
  #busy = false;

  /** The text in view; undefined when all are done. */
  readonly current = $derived.by(() => {
    const id = this.#trail[this.#at];
    return id === undefined ? undefined : this.session.open.example(id);
  });
  readonly classifier = $derived.by(() => classifierOf(this.session.open));
  /** The labels of the text in view with their confidence, surest first; empty while unknown. */
  readonly suggestions = $derived(this.current ? this.#suggestionsFor(this.current.id) : []);

  constructor(readonly session: ProjectSession) {
    this.#showNext();
  }

  get canGoBack(): boolean {
    return this.#at > 0;
  }

  /** Texts whose predictions will be needed, the one in view first. */
  get awaited(): readonly Example[] {
    return this.current ? [this.current, ...this.#pool] : this.#pool;
  }

  /** Gives the text in view a label and goes on. */
  async decide(labelId: string, source: Decision['source']): Promise<void> {
    const label = this.session.open.project.task.labels.find(({ id }) => id === labelId);
    if (!label) return;
    await this.#act(async (example) => {
      const decision = { labels: [labelId], source, at: Date.now() };
      await this.session.open.decide(example, decision, `Label “${label.name}”`);
    });
  }

  /** Takes the surest suggestion. */
  async accept(): Promise<void> {
    const [best] = this.suggestions;
    if (best) await this.decide(best.label.id, 'accepted');
  }

  async skip(): Promise<void> {
    await this.#act((example) => this.session.open.skip(example));
  }

  back(): void {
    this.#at = Math.max(0, this.#at - 1);
  }

  forward(): void {
    if (this.#at < this.#trail.length - 1) this.#at++;
    else if (this.current) this.#showNext();
  }

  /** Undoes or does again, and shows the text that it was about. */
  async travel(direction: 'undo' | 'redo'): Promise<void> {
    const { open } = this.session;
    const row = await (direction === 'undo' ? open.undo() : open.redo());
    const change = row?.backward.find(({ type }) => type === 'decision');
    if (change?.type !== 'decision') return;
    if (direction === 'undo') this.#show(change.exampleId);
    else this.#showNext();
  }

  #suggestionsFor(id: string): Suggestion[] {
    const prediction = this.session.suggestions.known.get(id);
    if (!prediction) return [];
    const present = new Set(this.session.open.project.task.labels.map((label) => label.id));
    return ranked(prediction, this.classifier.task).filter(({ label }) => present.has(label.id));
  }

  /** One action at a time: a key that is held down must not decide texts unseen. */
  async #act(action: (example: Example) => Promise<void>): Promise<void> {
    const { current } = this;
    if (!current || this.#busy) return;
    this.#busy = true;
    try {
      await action(current);
      if (this.#at < this.#trail.length - 1) this.#at++;
      else this.#showNext();
    } finally {
      this.#busy = false;
    }
  }

  #show(id: string): void {
    const place = this.#trail.lastIndexOf(id);
    if (place === -1) {
      this.#trail = [...this.#trail, id];
      this.#at = this.#trail.length - 1;
    } else this.#at = place;
  }

  #showNext(): void {
    const { open } = this.session;
    const shown = new Set(this.#trail);
    const isOpen = ({ id }: Example) => !shown.has(id) && open.example(id)?.decision === null;
    this.#pool = this.#pool.filter(isOpen);
    if (this.#pool.length < poolSize / 2)
      this.#pool = pickPool(open.examples, (id) => shown.has(id));
    const next = chooseNext({
      pool: this.#pool.filter(({ id }) => id !== this.current?.id),
      suggestionOf: (id) => this.#suggestionsFor(id)[0],
      counts: open.counts,
      recent: this.#recentTexts(),
      turn: open.decided.length,
    });
    if (next) this.#show(next.id);
    // Past the end of the trail there is no text: all are done.
    else if (this.current?.decision || !this.current) this.#at = this.#trail.length;
  }

  #recentTexts(): string[] {
    const { open } = this.session;
    const shown = this.#trail.slice(-recentTexts).map((id) => open.example(id)?.text ?? '');
    const decided = open.decided.slice(-recentTexts).map(({ text }) => text);
    return [...shown, ...decided];
  }
}
