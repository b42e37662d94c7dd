// Which key means what, in one place: the keys of labels, and when a key is not a shortcut.

/** j and k move, so they choose no label. */
const keys = '1 2 3 4 5 6 7 8 9 q w e r t y u i o p a s d f g h l z x c v b n m'.split(' ');

/** The key of the label at this place; undefined past the last key. */
export const labelKey = (place: number): string | undefined => keys[place];

/** The place of the label that the pressed key chooses; -1 when it chooses none. */
export const labelPlace = (event: KeyboardEvent): number =>
  hasModifier(event) ? -1 : keys.indexOf(event.key.toLowerCase());

export const hasModifier = ({ ctrlKey, metaKey, altKey }: KeyboardEvent): boolean =>
  ctrlKey || metaKey || altKey;

/** True where keys are text and not shortcuts, and while a dialog is open. */
export function isTyping(event: KeyboardEvent): boolean {
  const { target } = event;
  if (document.querySelector('dialog[open]')) return true;
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('input:not([type=checkbox]):not([type=radio]), textarea, select'))
  );
}

/** True where Enter and Space press what has the focus. */
export const isOnControl = ({ target }: KeyboardEvent): boolean =>
  target instanceof HTMLElement && target.matches('button, a, summary, input, select');

/** A button that was clicked with the mouse lets go of the focus: Enter and Space belong to the screen. */
export function releaseFocus({ target, detail }: MouseEvent): void {
  const wasPointer = detail > 0;
  const button = target instanceof Element ? target.closest('button') : null;
  if (wasPointer && button === document.activeElement) button?.blur();
}

/** True for the keys that go from one text to another; they may be held down, all others act once. */
export const isMoving = ({ key }: KeyboardEvent): boolean =>
  ['ArrowUp', 'ArrowDown', 'j', 'k'].includes(key);

/** `undo` for Ctrl/Cmd+Z, `redo` for Ctrl/Cmd+Shift+Z and Ctrl+Y. */
export function historyKey(event: KeyboardEvent): 'undo' | 'redo' | null {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return null;
  const key = event.key.toLowerCase();
  if (key === 'z') return event.shiftKey ? 'redo' : 'undo';
  return key === 'y' ? 'redo' : null;
}
