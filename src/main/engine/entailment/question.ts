// A task as one question: the template, then each label's words with a closing [SEP]. Label tokens
// follow the template as if each label were alone, so a label never depends on the others.
import type { Task } from '../../../shared/domain';
import { StudioError } from '../../../shared/errors';
import type { Tokenizer } from '../tokenization/tokenizer';

export const maxTemplateTokens = 24;
export const maxLabelTokens = 32;

/** Q = `ids.length` places; K labels. All arrays are row-major. */
export interface Question {
  readonly ids: readonly number[];
  /** [Q]: template 0..t-1, each label from t on. */
  readonly positions: readonly number[];
  readonly templateTokens: number;
  /** For each label: first place and the place of its closing [SEP]. */
  readonly labels: readonly { readonly start: number; readonly closing: number }[];
}

/** Throws 'bad-labels' when a label has no readable word, or two labels read the same. */
export async function layoutQuestion(tokenizer: Tokenizer, task: Task): Promise<Question> {
  const names = task.labels.map((label) => label.description?.trim() ?? label.name);
  const [template = [], ...labels] = await tokenizer.encodeBatch([task.template, ...names]);
  const ids = template.slice(0, maxTemplateTokens);
  const templateTokens = ids.length;
  const positions = ids.map((_, i) => i);
  const seen = new Map<string, string>();
  const places = labels.map((words, k) => {
    const own = words.slice(0, maxLabelTokens - 1);
    const name = task.labels[k]?.name ?? '';
    if (own.length === 0)
      throw new StudioError('bad-labels', `The label "${name}" has no word in it. Give it a name.`);
    const twin = seen.get(own.join());
    if (twin !== undefined)
      throw new StudioError(
        'bad-labels',
        `The labels "${twin}" and "${name}" read the same. Rename one, or describe it in other words.`,
      );
    seen.set(own.join(), name);
    const start = ids.length;
    for (const [i, id] of [...own, tokenizer.sepId].entries()) {
      ids.push(id);
      positions.push(templateTokens + i);
    }
    return { start, closing: ids.length - 1 };
  });
  return { ids, positions, templateTokens, labels: places };
}

/** The question with only labels `from` to `to`: each label's answer stays the same. */
export function labelsOf(question: Question, from: number, to: number): Question {
  const chosen = question.labels.slice(from, to);
  const t = question.templateTokens;
  const first = chosen[0]?.start ?? t;
  const end = (chosen.at(-1)?.closing ?? first - 1) + 1;
  const cut = <T>(all: readonly T[]) => [...all.slice(0, t), ...all.slice(first, end)];
  return {
    ids: cut(question.ids),
    positions: cut(question.positions),
    templateTokens: t,
    labels: chosen.map(({ start, closing }) => ({
      start: start - first + t,
      closing: closing - first + t,
    })),
  };
}

/** [Q, Q]: 0 where a place may look, -1e9 where it may not: template at template, label at template and itself. */
export function questionMask(question: Question): Float32Array {
  const size = question.ids.length;
  const mask = new Float32Array(size * size).fill(-1e9);
  const open = (row: number, from: number, to: number) =>
    mask.fill(0, row * size + from, row * size + to);
  for (let row = 0; row < size; row++) open(row, 0, question.templateTokens);
  for (const { start, closing } of question.labels)
    for (let row = start; row <= closing; row++) open(row, start, closing + 1);
  return mask;
}

/** [K, Q]: 1 at each label's closing place; its product with [Q, H] reads the closing states. */
export function closingRows(question: Question): Float32Array {
  const size = question.ids.length;
  const rows = new Float32Array(question.labels.length * size);
  question.labels.forEach(({ closing }, k) => {
    rows[k * size + closing] = 1;
  });
  return rows;
}
