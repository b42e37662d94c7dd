// Which texts are asked about, and what: sets by their sizes, texts by how common their label is, labels
// beside the right one by chance.
import type { Random } from '../experts/random';
import type { TeachingRecipe } from './recipe';
import { recastOf } from './recasts';
import type { Asked } from './teachingRow';
import type { LabelledText, LabelSet, PairSet, Premise, TeachingSet } from './teachingSets';

/** A premise with some of its hypotheses. */
export const askPremise = (premise: Premise, most: number, random: Random): Asked => ({
  text: premise.text,
  template: '',
  hypotheses: random.shuffle([...premise.hypotheses]).slice(0, most),
  isRanked: false,
  isFromEnd: false,
});

/** A labelled text with its label and some others, in random order, behind one of the templates. */
export function askLabels(
  { name, labels }: LabelSet,
  { text, label }: LabelledText,
  { most, fewest = most }: { most: number; fewest?: number },
  random: Random,
): Asked {
  const { templates, also = {}, isPaired, hasEnd } = recastOf(name);
  const count = fewest + random.integer(most - fewest + 1);
  const others = random.shuffle(labels.filter((other) => other !== label)).slice(0, count - 1);
  const place = random.next();
  const wordsOf = (each: string) => {
    const words = also[each] ?? [each];
    return words[Math.floor((isPaired ? place : random.next()) * words.length)] ?? each;
  };
  return {
    text,
    template: one(templates, random),
    hypotheses: random.shuffle([label, ...others]).map((each) => ({
      words: wordsOf(each),
      answer: each === label ? 'entailment' : 'not_entailment',
    })),
    isRanked: true,
    isFromEnd: hasEnd === true && random.next() < 0.5,
  };
}

/** Endlessly: premises of the sets of pairs; null without such sets. */
export function drawPremises(
  sets: readonly TeachingSet[],
  { exponent, hypotheses }: TeachingRecipe,
  random: Random,
): (() => Asked) | null {
  const draw = weighed(
    sets.filter((set): set is PairSet => set.kind === 'pairs'),
    ({ name, taught }) => sizeWeight(name, taught.length, exponent),
    random,
  );
  return draw && (() => askPremise(one(draw().taught, random), hypotheses, random));
}

/** Endlessly: texts of the labelled sets; null without such sets. */
export function drawLabelled(
  sets: readonly TeachingSet[],
  { exponent, labels }: TeachingRecipe,
  random: Random,
): (() => Asked) | null {
  const draw = weighed(
    sets
      .filter((set): set is LabelSet => set.kind === 'labels')
      .map((set) => ({ set, text: drawText(set, exponent, random) })),
    ({ set: { name, taught } }) => sizeWeight(name, taught.length, exponent),
    random,
  );
  return (
    draw &&
    (() => {
      const { set, text } = draw();
      return askLabels(set, text(), { most: labels, fewest: Math.max(2, labels - 2) }, random);
    })
  );
}

const sizeWeight = (name: string, size: number, exponent: number): number =>
  (recastOf(name).weight ?? 1) * size ** exponent;

/** Texts of a set: a label of n texts with weight n ** exponent, then one of its texts. */
function drawText(
  { taught, labels }: LabelSet,
  exponent: number,
  random: Random,
): () => LabelledText {
  const byLabel = new Map<string, LabelledText[]>(labels.map((label) => [label, []]));
  for (const text of taught) byLabel.get(text.label)?.push(text);
  const filled = [...byLabel.values()].filter((texts) => texts.length > 0);
  const draw = weighed(filled, (texts) => texts.length ** exponent, random);
  if (!draw) throw new Error('A labelled set has no texts.');
  return () => one(draw(), random);
}

/** Draws one of several with the given weights; null when there are none. */
function weighed<T>(
  all: readonly T[],
  weightOf: (each: T) => number,
  random: Random,
): (() => T) | null {
  const ends: number[] = [];
  for (const each of all) ends.push((ends.at(-1) ?? 0) + weightOf(each));
  const total = ends.at(-1);
  if (total === undefined) return null;
  return () => {
    const at = random.next() * total;
    return all[ends.findIndex((end) => at < end)] as T;
  };
}

const one = <T>(all: readonly T[], random: Random): T => all[random.integer(all.length)] as T;
