// Light or dark: as the system says, until the user chooses.

export type Theme = 'system' | 'light' | 'dark';

const key = 'handful-theme';
const order: readonly Theme[] = ['system', 'light', 'dark'];

export class ThemeChoice {
  #theme = $state<Theme>(order.find((each) => each === localStorage.getItem(key)) ?? 'system');

  constructor() {
    this.#show();
  }

  get theme(): Theme {
    return this.#theme;
  }

  next(): void {
    this.#theme = order[(order.indexOf(this.#theme) + 1) % order.length] ?? 'system';
    localStorage.setItem(key, this.#theme);
    this.#show();
  }

  #show(): void {
    document.documentElement.dataset.theme = this.#theme;
  }
}
