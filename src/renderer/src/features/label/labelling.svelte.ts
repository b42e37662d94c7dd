// Where the user is among the texts: the trail of those that were shown, where the next one comes from
// (a list that was opened, else the pool), and what a key does to the text in view.
import type { Decision, Example } from '../../../../shared/domain';
import { classifierOf, ranked, type Suggestion } from '../../classifier';
import type { HistoryRow } from '../../data/database';
import { Live } from '../../data/live';
import type { ProjectSession } from '../../projectSession.svelte';
import { isAboutTexts, lastAboutTexts, undoTexts } from '../../undoing';
import { chooseNext, pickPool, poolSize } from './queue';

const recentTexts = 40;
const textsAhead = 8;

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

  /** Title of the step that Backspace takes back; null when there is none. */
  readonly undoable = new Live(
    async () => (await lastAboutTexts(this.session.open))?.title ?? null,
  );

  /** Ids of the texts that it goes through, whatever labels they have; empty: the queue chooses. */
  readonly list: readonly string[];
  /** Which one of the list is in view, from 1; 0 for none of them. */
  readonly place = $derived.by(() => (this.current ? this.list.indexOf(this.current.id) + 1 : 0));

  /**
   * Starts with the given text, if the project has it, else with the one that the queue chooses. Goes
   * on along the list, if that text is of it.
   */
  constructor(
    readonly session: ProjectSession,
    first: string | null,
    list: readonly string[] = [],
  ) {
    this.list = first !== null && list.includes(first) ? list : [];
    this.#trail = this.list;
    if (first !== null && session.open.example(first)) this.#show(first);
    else this.#showNext();
  }

  get canGoBack(): boolean {
    return this.#at > 0;
  }

  /** Texts whose predictions will be needed, the one in view first. */
  get awaited(): readonly Example[] {
    const ahead = this.list.length > 0 ? this.#ahead() : this.#pool;
    return this.current ? [this.current, ...ahead] : ahead;
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
    else if (this.list.length > 0) this.#at = this.#trail.length;
    else if (this.current) this.#showNext();
  }

  /** Undoes or does again, shows the text that it was about, and returns what it was. */
  async travel(direction: 'undo' | 'redo'): Promise<HistoryRow | undefined> {
    const { open } = this.session;
    return this.#alone(async () => {
      const row = await (direction === 'undo' ? open.undo() : open.redo());
      if (row && isAboutTexts(row)) {
        this.#showStep(row);
        if (direction === 'redo') this.#goOn();
      }
      return row;
    });
  }

  /** Takes the last step back, if it was about texts, and shows the text. */
  async takeBack(): Promise<void> {
    await this.#alone(async () => {
      const row = await undoTexts(this.session.open);
      if (row) this.#showStep(row);
    });
  }

  #suggestionsFor(id: string): Suggestion[] {
    const prediction = this.session.suggestions.known.get(id);
    if (!prediction) return [];
    const present = new Set(this.session.open.project.task.labels.map((label) => label.id));
    return ranked(prediction, this.classifier.task).filter(({ label }) => present.has(label.id));
  }

  async #act(action: (example: Example) => Promise<void>): Promise<void> {
    await this.#alone(async () => {
      const { current } = this;
      if (!current) return;
      await action(current);
      this.#goOn();
    });
  }

  /** One action at a time: keys in quick succession must not change texts unseen. */
  async #alone<Result>(action: () => Promise<Result>): Promise<Result | undefined> {
    if (this.#busy) return undefined;
    this.#busy = true;
    try {
      return await action();
    } finally {
      this.#busy = false;
    }
  }

  /** On to the next text of the list; else to the next of the trail that is undecided, or a new one. */
  #goOn(): void {
    if (this.list.length > 0) {
      this.forward();
      return;
    }
    const { open } = this.session;
    const ahead = this.#trail.findIndex(
      (id, place) => place > this.#at && open.example(id)?.decision === null,
    );
    if (ahead === -1) this.#showNext();
    else this.#at = ahead;
  }

  #showStep({ backward: [change] }: HistoryRow): void {
    if (change?.type === 'decision') this.#show(change.exampleId);
  }

  /** The next texts of the list. */
  #ahead(): Example[] {
    const ids = this.#trail.slice(this.#at + 1, this.#at + 1 + textsAhead);
    return ids.flatMap((id) => this.session.open.example(id) ?? []);
  }

  /** Shows a text where it is on the trail, or at the trail's end. */
  #show(id: string): void {
    if (!this.#trail.includes(id)) this.#trail = [...this.#trail, id];
    this.#at = this.#trail.indexOf(id);
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
    if (next) {
      // What was skipped comes again at the end and not where it was.
      this.#trail = [...this.#trail.filter((id) => id !== next.id), next.id];
      this.#at = this.#trail.length - 1;
    }
    // Past the end of the trail there is no text: all are done.
    else if (this.current?.decision || !this.current) this.#at = this.#trail.length;
  }

  /** The texts shown or labelled last; those that came with labels do not count. */
  #recentTexts(): string[] {
    const { open } = this.session;
    const shown = this.#trail.slice(-recentTexts).map((id) => open.example(id)?.text ?? '');
    const decided = open.decided
      .filter(({ decision }) => decision?.source !== 'imported')
      .toSorted((a, b) => (a.decision?.at ?? 0) - (b.decision?.at ?? 0))
      .slice(-recentTexts)
      .map(({ text }) => text);
    return [...shown, ...decided];
  }
}
