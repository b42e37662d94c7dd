// A question with many labels as groups of labels that are asked side by side, each after the template:
// labels never look at each other, so one large question would mostly compute what its mask forbids.
import { closingRows, labelsOf, questionMask, type Question } from './question';

/** Places of a group; about as many as a text has, so that neither kind of key costs much more. */
const mostPlaces = 48;

/** G groups of P places (some of them padding) and at most L labels. All arrays are row-major. */
export interface LabelGroups {
  readonly groups: number;
  readonly places: number;
  readonly labels: number;
  /** [G * P]: which of the question's tokens stands at each place; -1 for padding. */
  readonly tokens: readonly number[];
  /** [G * P] */
  readonly positions: readonly number[];
  /** [G, P, P]: see `questionMask`; padding is seen by nobody. */
  readonly mask: Float32Array;
  /** [G, L, P]: see `closingRows`; zeros where a group has fewer labels. */
  readonly closing: Float32Array;
  /** [K, G * L]: 1 where a label was asked; the product with [G * L, ..] puts answers in order. */
  readonly order: Float32Array;
}

export function groupLabels(question: Question): LabelGroups {
  const parts = splitLabels(question).map(([from, to]) => ({
    from,
    start: question.labels[from]?.start ?? 0,
    ...labelsOf(question, from, to),
  }));
  const groups = parts.length;
  const places = Math.max(...parts.map(({ ids }) => ids.length));
  const labels = Math.max(...parts.map((part) => part.labels.length));
  const template = question.templateTokens;
  const tokens = new Array<number>(groups * places).fill(-1);
  const positions = new Array<number>(groups * places).fill(0);
  const mask = new Float32Array(groups * places * places).fill(-1e9);
  const closing = new Float32Array(groups * labels * places);
  const order = new Float32Array(question.labels.length * groups * labels);
  parts.forEach((part, group) => {
    const size = part.ids.length;
    const ownMask = questionMask(part);
    const ownClosing = closingRows(part);
    for (let place = 0; place < places; place++) {
      const at = group * places + place;
      mask.fill(0, at * places, at * places + template);
      if (place >= size) continue;
      tokens[at] = place < template ? place : part.start + place - template;
      positions[at] = part.positions[place] ?? 0;
      mask.set(ownMask.subarray(place * size, (place + 1) * size), at * places);
    }
    part.labels.forEach((_, n) => {
      const at = group * labels + n;
      closing.set(ownClosing.subarray(n * size, (n + 1) * size), at * places);
      order[(part.from + n) * groups * labels + at] = 1;
    });
  });
  return { groups, places, labels, tokens, positions, mask, closing, order };
}

/** [G, P, Q]: 1 at the token that stands at a place; the product with [Q, hidden] lays tokens out. */
export function tokenRows({ tokens }: LabelGroups, question: Question): Float32Array {
  const size = question.ids.length;
  const rows = new Float32Array(tokens.length * size);
  tokens.forEach((token, at) => {
    if (token >= 0) rows[at * size + token] = 1;
  });
  return rows;
}

/** First and past-the-end label of each group: as few groups as `mostPlaces` allows, of even length. */
function splitLabels({ labels, templateTokens }: Question): [number, number][] {
  const lengths = labels.map(({ start, closing }) => closing - start + 1);
  const longest = Math.max(...lengths);
  const few = fill(lengths, Math.max(longest, mostPlaces - templateTokens));
  const all = lengths.reduce((sum, length) => sum + length, 0);
  for (let room = Math.max(longest, Math.ceil(all / few.length)); ; room++) {
    const groups = fill(lengths, room);
    if (groups.length <= few.length) return groups;
  }
}

/** Labels in their order into groups of at most `room` tokens. */
function fill(lengths: readonly number[], room: number): [number, number][] {
  const groups: [number, number][] = [];
  let left = 0;
  lengths.forEach((length, label) => {
    const last = groups.at(-1);
    if (last && length <= left) last[1] = label + 1;
    else groups.push([label, label + 1]);
    left = (last && length <= left ? left : room) - length;
  });
  return groups;
}
