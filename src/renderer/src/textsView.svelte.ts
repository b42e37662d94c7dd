// What the Texts step shows; it stays as it was while the project is open, whatever step is in view.
export class TextsView {
  search = $state('');
  /** `all`, `unlabelled`, `skipped`, or the id of a label. */
  show = $state('all');
  /** How far the list is scrolled. */
  scrollTop = $state(0);
  /** Ids of the texts that were listed when one of them was opened; labelling goes through them. */
  opened: readonly string[] = [];
}
