// Can anything be learned from these labelled texts? Asked by the screen, the command line and the
// engine, so that all three say the same.
import type { Label, LabelledText, Task } from './domain';
import { StudioError } from './errors';

/** Labels of a task; more would make every question longer than an encoder can read well. */
export const maxLabels = 1000;
/** Different texts that a label needs, and for multi and yes-no tasks texts without it too. */
export const minTextsPerLabel = 2;

/**
 * Throws a StudioError that names the label and says what to do: 'bad-labels', 'too-large' or
 * 'too-few-examples'. Equal texts count once.
 */
export function checkExamples(task: Task, examples: readonly LabelledText[]): void {
  checkLabels(task);
  checkAssignments(task, examples);
  const texts = new Set(examples.map(({ text }) => text));
  if (texts.size === 0)
    throw tooFew('No text has a label yet. Label at least two texts for each label.');
  if (texts.size === 1 && examples.length > 1)
    throw tooFew(
      `All ${examples.length} labelled texts are the same, so there is nothing to tell apart. Label different texts.`,
    );
  for (const label of task.labels) checkEnough(task, label, examples);
  checkDistinct(task, examples);
}

/** The part of `checkExamples` that concerns the labels alone: zero-shot needs only this. */
export function checkLabels({ kind, labels }: Task): void {
  if (labels.length > maxLabels)
    throw new StudioError(
      'too-large',
      `There are ${labels.length.toLocaleString('en-US')} labels and a task may have ${maxLabels.toLocaleString('en-US')}. Is the right column chosen for the labels? If so, put rare ones together.`,
      { labels: labels.length },
    );
  if (kind === 'single' && labels.length < 2)
    throw badLabels(
      labels[0]
        ? `There is only one label, "${labels[0].name}". Name at least two, so that there is something to tell apart.`
        : 'There is no label yet. Name at least two.',
    );
  if (labels.length === 0) throw badLabels('There is no label yet. Name at least one.');
  if (kind === 'yes-no' && labels.length > 1)
    throw badLabels(
      `A yes-or-no question has one label, and there are ${labels.length}. Remove the others.`,
    );
  const seen = new Set<string>();
  for (const { name } of labels) {
    const plain = name.trim().toLowerCase();
    if (plain === '') throw badLabels('A label has no name. Name it or remove it.');
    if (seen.has(plain))
      throw badLabels(`Two labels are called "${name.trim()}". Rename one or put them together.`);
    seen.add(plain);
  }
}

function checkAssignments(task: Task, examples: readonly LabelledText[]): void {
  const known = new Set(task.labels.map(({ id }) => id));
  for (const { text, labels } of examples) {
    if (labels.some((id) => !known.has(id)))
      throw badLabels(
        `The text ${quote(text)} has a label that is no longer there. Choose its label again.`,
      );
    if (task.kind === 'single' && labels.length !== 1)
      throw badLabels(
        `The text ${quote(text)} has ${labels.length} labels, and here every text has exactly one. Correct its label.`,
      );
    if (text.trim() === '')
      throw badLabels('One of the labelled texts is empty. Remove its label, then try again.');
  }
}

function checkEnough(task: Task, label: Label, examples: readonly LabelledText[]): void {
  const withLabel = examples.filter(({ labels }) => labels.includes(label.id));
  const missing = (found: LabelledText[], which: string, advice: string) => {
    const different = new Set(found.map(({ text }) => text)).size;
    if (different >= minTextsPerLabel) return;
    const count =
      different === 0 ? 'no text' : `only 1 ${found.length > 1 ? 'different ' : ''}text`;
    const sentence = `${which} has ${count} and at least ${minTextsPerLabel} are needed. ${advice}`;
    throw different === 0 ? badLabels(sentence) : tooFew(sentence);
  };
  missing(withLabel, `The label "${label.name}"`, 'Label more texts with it, or remove the label.');
  if (task.kind === 'single') return;
  missing(
    examples.filter(({ labels }) => !labels.includes(label.id)),
    `The answer "not ${label.name}"`,
    'Label more texts to which it does not apply.',
  );
}

/** Two labels on just the same texts cannot be told apart. */
function checkDistinct(task: Task, examples: readonly LabelledText[]): void {
  const textsOf = new Map<string, Set<string>>(task.labels.map(({ id }) => [id, new Set()]));
  for (const { text, labels } of examples) for (const id of labels) textsOf.get(id)?.add(text);
  const seen = new Map<string, string>();
  for (const { id, name } of task.labels) {
    const key = JSON.stringify([...(textsOf.get(id) ?? [])].sort());
    const twin = seen.get(key);
    if (twin !== undefined)
      throw badLabels(
        `The labels "${twin}" and "${name}" are on just the same texts, so they cannot be told apart. Correct their texts or remove one of them.`,
      );
    seen.set(key, name);
  }
}

const badLabels = (sentence: string) => new StudioError('bad-labels', sentence);
const tooFew = (sentence: string) => new StudioError('too-few-examples', sentence);
const quote = (text: string) =>
  `"${text.length > 60 ? `${Array.from(text.slice(0, 60)).slice(0, 50).join('')}...` : text}"`;
