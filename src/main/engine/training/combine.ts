// From experts that each know something to one classifier. The weights come from texts that the
// experts had not seen; the weight of each is multiplied into its own numbers, so what is stored and
// exported is a plain sum of log-odds.
import type { Learned, LinearExpert } from '../evaluation/learned';
import type { QuestionState } from '../evaluation/questionState';
import { logisticLogits, type LogisticModel } from '../experts/logisticRegression';
import { spreadOf } from '../experts/spread';
import { fitStack, stackLogits, type Stack, type StackKind } from '../experts/stack';
import { fitExpert, otherRows, stackKindOf } from './linearExperts';
import type { Labelled } from './labelled';
import type { Recipe } from './recipe';
import type { Supposed } from './selfTraining';

/** Experts as they stand, each over the labelled texts; see `Prepared` for the first ones. */
export interface Experts {
  readonly zeroShot: Float32Array;
  readonly vectors: Float32Array;
  readonly linearHeldOut: Float32Array;
  /** Without room for the linear experts the entailment answers alone. */
  readonly plan: { readonly linear: boolean };
  /** The question as it has been tuned. */
  readonly entailment: QuestionState;
  /** Vectors of the tuned text pass [texts, hidden]; null without one. */
  readonly tuned:
    (Omit<NonNullable<Learned['tuned']>, 'expert'> & { readonly vectors: Float32Array }) | null;
}

/**
 * The weights of entailment and linear expert, and the bias, by what they said of held-out texts. The
 * fewer texts there are, the more the prior counts; a classifier that listens to neither is not made.
 */
export function weigh(
  labelled: Labelled,
  zeroShot: Float32Array,
  linearHeldOut: Float32Array,
  { stack }: Recipe,
  rows?: readonly number[],
): Stack {
  const k = labelled.task.labels.length;
  const cut = (all: Float32Array) =>
    rows
      ? Float32Array.from(rows.flatMap((row) => [...all.subarray(row * k, (row + 1) * k)]))
      : all;
  const n = rows?.length ?? labelled.texts.length;
  const found = fitStack([cut(zeroShot), cut(linearHeldOut)], cut(labelled.targets), n, k, {
    kind: stackKindOf(labelled.task.kind),
    prior: stack.prior,
    pull: stack.pull * Math.max(1, stack.fullTexts / Math.max(1, n)),
    biasPenalty: stack.biasPenalty,
  });
  const hears = found.weights.some((weight) => weight > 0);
  return hears ? found : { ...found, weights: stack.prior };
}

/** The factor that gives logits about known texts the spread that held-out ones have. */
export function tunedFactor(
  kind: StackKind,
  known: Float32Array,
  heldOut: Float32Array,
  k: number,
  spread: number,
): number {
  const own = spreadOf(kind, known, k);
  return own > 0 ? (spread * spreadOf(kind, heldOut, k)) / own : 0;
}

/** The classifier that the experts make together. `supposed`: texts that join the linear experts' lessons. */
export function combine(
  labelled: Labelled,
  experts: Experts,
  recipe: Recipe,
  supposed: Supposed | null = null,
): Learned {
  const { task } = labelled;
  const n = labelled.texts.length;
  const k = task.labels.length;
  const kind = stackKindOf(task.kind);
  const { weights, bias } = weigh(labelled, experts.zeroShot, experts.linearHeldOut, recipe);
  const [entailmentWeight = 0, weight = 0] = weights;
  const linearWeight = experts.plan.linear ? weight : 0;
  const total = Float32Array.from(bias);
  const use = (model: LogisticModel, weight: number): LinearExpert => {
    model.bias.forEach((own, label) => (total[label] = (total[label] ?? 0) + weight * own));
    const dimension = model.weights.length / k;
    return { weights: model.weights.map((each) => each * weight), dimension };
  };

  const more = { targets: supposed?.targets ?? [], weight: recipe.selfTraining.weight };
  const fit = (
    own: Float32Array,
    others: Float32Array | null | undefined,
    c: number,
    scaled: boolean,
  ) => fitExpert(labelled, others ? joined(own, others) : own, { c, scaled, more });

  let tuned: Learned['tuned'] = null;
  let linearPart = 1;
  if (experts.tuned && linearWeight > 0) {
    const { vectors, ...rest } = experts.tuned;
    const model = fit(vectors, supposed?.tuned, recipe.tunedC, false);
    const known = logisticLogits(model, vectors, n);
    const factor = tunedFactor(kind, known, experts.linearHeldOut, k, recipe.tuned.spread);
    tuned = { ...rest, expert: use(model, linearWeight * recipe.tuned.part * factor) };
    linearPart = 1 - recipe.tuned.part;
  }
  const linear =
    linearWeight > 0
      ? use(
          fit(experts.vectors, supposed?.vectors, recipe.linearC, true),
          linearWeight * linearPart,
        )
      : null;
  return {
    task,
    entailment: entailmentWeight > 0 ? scaleScores(experts.entailment, entailmentWeight) : null,
    linear,
    tuned,
    bias: total,
  };
}

function joined(a: Float32Array, b: Float32Array): Float32Array {
  const all = new Float32Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

/** The classifier with all its log-odds divided by the temperature. */
export function temper(learned: Learned, temperature: number): Learned {
  const divided = (all: Float32Array) => all.map((each) => each / temperature);
  const cooler = (expert: LinearExpert) => ({ ...expert, weights: divided(expert.weights) });
  const { entailment, linear, tuned, bias } = learned;
  return {
    ...learned,
    entailment: entailment && scaleScores(entailment, 1 / temperature),
    linear: linear && cooler(linear),
    tuned: tuned && { ...tuned, expert: cooler(tuned.expert) },
    bias: divided(bias),
  };
}

/** The classifier with the odds of each class multiplied by its factor; see `Supposed`. */
export function lowerRare(learned: Learned, rarity: readonly number[]): Learned {
  const shifts = rarity.map(Math.log);
  const [no = 0, yes = 0] = shifts;
  const byLabel = learned.task.kind === 'yes-no' ? [yes - no] : shifts;
  return { ...learned, bias: learned.bias.map((own, label) => own + (byLabel[label] ?? 0)) };
}

/** The question whose scores are `weight` times as large. */
const scaleScores = (state: QuestionState, weight: number): QuestionState => ({
  ...state,
  logScale: state.logScale + Math.log(weight),
  bias: state.bias.map((own) => own * weight),
});

/** Of `Prepared`, what judging needs. */
interface Held {
  readonly labelled: Labelled;
  readonly folds: readonly (readonly number[])[];
  readonly zeroShot: Float32Array;
  readonly linearHeldOut: Float32Array;
}

/**
 * What the classifier would say of texts that it had not seen, [texts, K]. Each fold is judged with
 * weights that were found on the other folds. `tunedHeldOut`: held-out logits of the tuned expert.
 */
export function judgeHeldOut(
  { labelled, folds, zeroShot, linearHeldOut }: Held,
  tunedHeldOut: Float32Array | null,
  recipe: Recipe,
): Float32Array {
  const k = labelled.task.labels.length;
  const { part } = recipe.tuned;
  const second = tunedHeldOut
    ? linearHeldOut.map((own, at) => (1 - part) * own + part * (tunedHeldOut[at] ?? 0))
    : linearHeldOut;
  const judged = new Float32Array(linearHeldOut.length);
  for (const held of folds) {
    const stack = weigh(labelled, zeroShot, linearHeldOut, recipe, otherRows(labelled, held));
    const logits = stackLogits([zeroShot, second], stack);
    for (const row of held) judged.set(logits.subarray(row * k, (row + 1) * k), row * k);
  }
  return judged;
}
