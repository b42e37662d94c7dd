// The rows of the quality table: Handful, each of its learned parts alone and added, Handful within a
// smaller or larger budget, and its peers.
import { defaultRecipe, type Recipe } from '../src/main/engine/training/recipe';

export interface QualityRow {
  readonly id: string;
  readonly title: string;
  readonly group: 'handful' | 'parts' | 'budget' | 'peers';
  readonly by: ByRecipe | ByPython | 'zero-shot';
}

export interface ByRecipe {
  readonly recipe: Recipe;
  readonly keeps: Keeps;
}

/** What of a finished run is the row's; the rest is left out of the classifier and of the count. */
export interface Keeps {
  /** `asked`: the question as it stands before training. */
  readonly question: 'tuned' | 'asked' | 'none';
  readonly linear: boolean;
  readonly texts: boolean;
  /** Parts of the question whose rate is 0: they are not counted. */
  readonly frozen?: 'tokens' | 'head';
}

export interface ByPython {
  readonly script: string;
  /** Environment variable that names a Python of its own, for packages that need old versions of others. */
  readonly python?: string;
  /** What it is run with, in words; other settings are another row. */
  readonly settings: string;
  /** Kinds of task that it can be given. */
  readonly kinds: readonly ('single' | 'multi' | 'yes-no')[];
  /** It starts from our encoder, so its numbers change with it. */
  readonly ourEncoder?: boolean;
}

const base = defaultRecipe;
const all: Keeps = { question: 'tuned', linear: true, texts: true };

/** One expert as it is, not weighed against the other and without a bias of the stack. */
const alone = (entailment: number): Partial<Recipe> => ({
  stack: { ...base.stack, prior: [entailment, 1 - entailment], pull: 1e6, biasPenalty: 1e6 },
});
const tokens = (change: Partial<Recipe['tokens']>): Partial<Recipe> => ({
  tokens: { ...base.tokens, ...change },
});
const rates = (change: Partial<Recipe['tokens']['rates']>): Partial<Recipe> =>
  tokens({ rates: { ...base.tokens.rates, ...change } });
const untunedQuestion = tokens({
  mostSteps: 0,
  rates: { tokens: 0, deep: 0, lowRank: 0, head: 0, bias: 0 },
});
const untunedTexts: Partial<Recipe> = { text: { ...base.text, rank: 0 } };
/** Texts without a label teach nothing. */
const labelsAlone: Partial<Recipe> = { selfTraining: { ...base.selfTraining, share: 0 } };

const own = (
  id: string,
  title: string,
  group: QualityRow['group'],
  keeps: Keeps,
  ...changes: readonly Partial<Recipe>[]
): QualityRow => ({
  id,
  title,
  group,
  by: { recipe: Object.assign({}, base, ...changes) as Recipe, keeps },
});

const question = (id: string, title: string, change: Partial<Recipe>, frozen?: Keeps['frozen']) =>
  own(
    id,
    title,
    'parts',
    { question: 'tuned', linear: false, texts: false, ...(frozen && { frozen }) },
    labelsAlone,
    untunedTexts,
    alone(1),
    change,
  );

/** Shares of the encoder, in per cent, at which accuracy is drawn beside the default's 3 %. */
const budgets = [0.1, 0.3, 1];

const budget = (percent: number): QualityRow =>
  own(`share-${percent}`, `at most ${percent} % learned`, 'budget', all, {
    largestShare: percent / 100,
  });

const peer = (id: string, title: string, by: ByPython): QualityRow => ({
  id,
  title,
  group: 'peers',
  by,
});
const script = 'quality_side.py';

const anyKind = ['single', 'multi', 'yes-no'] as const;

export const qualityRows: readonly QualityRow[] = [
  { id: 'zero-shot', title: 'Handful before training', group: 'handful', by: 'zero-shot' },
  own('default', '**Handful**', 'handful', all),
  own('labels-alone', 'Handful, labelled texts alone', 'handful', all, labelsAlone),

  question('head', 'question: head alone', rates({ tokens: 0 }), 'tokens'),
  question('words', 'question: words alone', rates({ head: 0, bias: 0 }), 'head'),
  question('question', 'question: words and head', {}),
  question('deep', 'question: and words at every layer', tokens({ deep: true })),
  question('low-rank', 'question: and low-rank updates', tokens({ rank: 8 })),
  own(
    'linear',
    'linear expert alone',
    'parts',
    { question: 'none', linear: true, texts: false },
    labelsAlone,
    untunedQuestion,
    untunedTexts,
    alone(0),
  ),
  own(
    'texts',
    'tuned texts alone',
    'parts',
    { question: 'none', linear: false, texts: true },
    labelsAlone,
    untunedQuestion,
    alone(0),
    { tuned: { ...base.tuned, part: 1 } },
  ),
  own(
    'stacked',
    'untuned question + linear expert',
    'parts',
    { question: 'asked', linear: true, texts: false },
    labelsAlone,
    untunedQuestion,
    untunedTexts,
  ),
  own(
    'stacked-question',
    'question + linear expert',
    'parts',
    { ...all, texts: false },
    labelsAlone,
    untunedTexts,
  ),
  own(
    'stacked-texts',
    'untuned question + linear expert + texts',
    'parts',
    { ...all, question: 'asked' },
    labelsAlone,
    untunedQuestion,
  ),
  own('everything', 'all parts at once', 'parts', all, tokens({ deep: true, rank: 4 })),

  // No word and no linear expert fits into so little: head, and the bias of each label.
  own(
    'share-0.01',
    'at most 0.01 % learned',
    'budget',
    { question: 'tuned', linear: false, texts: false, frozen: 'tokens' },
    untunedTexts,
    { stack: { ...base.stack, prior: [1, 0], pull: 1e6 } },
    rates({ tokens: 0 }),
  ),
  ...budgets.map(budget),

  peer('setfit', 'SetFit', {
    script,
    settings: 'SetFit 1.2, its defaults: 20 iterations, batches of 16, one epoch',
    kinds: anyKind,
  }),
  peer('fastfit', 'FastFit', {
    script,
    settings: 'FastFit 1.2.1, its README: 40 epochs of 32, four repeats, Adafactor',
    python: 'HANDFUL_FASTFIT_PYTHON',
    kinds: ['single', 'yes-no'],
  }),
  peer('lora', 'low-rank updates and a head (peft)', {
    script,
    settings: 'largest rank within 3 %, 20 epochs of 16, AdamW at 1e-3',
    kinds: anyKind,
  }),
  peer('logistic', 'logistic regression on sentence vectors', {
    script,
    settings: 'scikit-learn, C = 1',
    kinds: anyKind,
  }),
  peer('full', 'our encoder, tuned as a whole', {
    script: 'quality_tuning.py',
    settings: 'entailment loss, 60 steps of 32, AdamW at 5e-5',
    kinds: anyKind,
    ourEncoder: true,
  }),
];
