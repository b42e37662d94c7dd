// How often the sets that we know are drawn, and how labelled ones become entailment: phrasings that a
// label's words end as a sentence about the text, and words for labels that are not plain.

interface Recast {
  /** How much more or less often the set is drawn than its size says; 1 unless given. */
  readonly weight?: number;
  readonly templates: readonly string[];
  /** Words for labels that say little as they stand. */
  readonly plain?: Readonly<Record<string, string>>;
  /** Other words for a label, from which one is drawn each time. */
  readonly also?: Readonly<Record<string, readonly string[]>>;
  /** The other words stand in pairs of opposites: all labels of a text get those of one place. */
  readonly isPaired?: boolean;
  /** What matters may stand at the end of a long text as well as at its beginning. */
  readonly hasEnd?: boolean;
}

const topic = [
  'this text is about',
  'the topic is',
  'this is about',
  'it concerns',
  'the subject is',
  'this text belongs to',
  'the category is',
];
const intent = [
  'the request is about',
  'the user asks about',
  'the intent is',
  'this asks for',
  'the question asks for',
  'the person wants',
  'this is about',
];
const feeling = [
  'the feeling is',
  'the emotion is',
  'the writer feels',
  'this expresses',
  'the mood is',
  'the speaker shows',
  'it is full of',
  'this is about',
];
const kind = [
  'this text is about a',
  'it describes a',
  'this is a',
  'the article is about a',
  'it is the name of a',
  'the text is about the kind',
];

const emotions: Recast = {
  weight: 2.5,
  templates: feeling,
  also: {
    joy: ['joy', 'joy', 'happiness'],
    sadness: ['sadness', 'sadness', 'grief'],
    anger: ['anger', 'anger', 'rage'],
    optimism: ['optimism', 'optimism', 'hope'],
  },
};
const opinions: Recast = {
  weight: 1.5,
  templates: [
    'it is',
    'it was',
    'this is',
    'the opinion is',
    'the review is',
    'i think it is',
    'overall it is',
    'the sentiment is',
  ],
  also: {
    positive: ['positive', 'great', 'good', 'wonderful', 'excellent', 'enjoyable', 'praise'],
    negative: ['negative', 'terrible', 'bad', 'awful', 'poor', 'boring', 'criticism'],
  },
  isPaired: true,
  hasEnd: true,
};

const recasts: Readonly<Record<string, Recast>> = {
  'cls-20newsgroups': { weight: 1.2, templates: topic },
  'cls-clickbait': {
    weight: 0.7,
    templates: ['this is', 'this text is a', 'it is a', 'the title is', 'this reads like a'],
    also: {
      clickbait: ['clickbait', 'sensational headline'],
      'news headline': ['news headline', 'factual headline'],
    },
  },
  'cls-clinc150': {
    templates: intent,
    plain: {
      w2: 'w2 tax form',
      apr: 'annual interest rate',
      mpg: 'fuel consumption',
      'who do you work for': 'your employer',
      'oil change how': 'how to change oil',
      'oil change when': 'when to change oil',
      'pto request': 'request time off',
      'pto request status': 'status of time off',
      'pto used': 'time off used',
      'pto balance': 'time off left',
      'todo list': 'to do list',
    },
  },
  'cls-dbpedia14': { weight: 1.2, templates: kind },
  'cls-goemotions': emotions,
  'cls-hate_davidson': {
    weight: 0.5,
    templates: ['this is', 'the text contains', 'it is an example of', 'the message is'],
    plain: { neither: 'harmless' },
  },
  'cls-hwu64': {
    templates: intent,
    plain: {
      'iot hue lightchange': 'change light colour',
      'iot hue lightoff': 'lights off',
      'iot hue lighton': 'lights on',
      'iot hue lightup': 'brighter light',
      'iot hue lightdim': 'dimmer light',
      'iot wemo on': 'socket on',
      'iot wemo off': 'socket off',
      'iot coffee': 'coffee',
      'iot cleaning': 'cleaning',
      'email querycontact': 'find contact',
      'email sendemail': 'send email',
      'email addcontact': 'add contact',
      'lists createoradd': 'create list',
      'general commandstop': 'stop',
      'general dontcare': 'does not care',
      'general quirky': 'chatting',
      'general affirm': 'agreement',
      'general confirm': 'confirmation',
      'general explain': 'explanation',
      'general joke': 'joke',
      'general negate': 'disagreement',
      'general praise': 'praise',
      'general repeat': 'repetition',
      'qa currency': 'currency',
      'qa definition': 'definition',
      'qa factoid': 'facts',
      'qa maths': 'maths',
      'qa stock': 'stock prices',
      'recommendation events': 'event recommendation',
      'recommendation locations': 'place recommendation',
      'recommendation movies': 'film recommendation',
      'music likeness': 'liking music',
      'datetime query': 'date or time',
      'datetime convert': 'convert time',
    },
  },
  'cls-imdb_cad_orig': opinions,
  'cls-imdb_cad_revised': opinions,
  'cls-jigsaw_toxic_sample': {
    weight: 0.7,
    templates: ['this is', 'the comment is', 'this text is', 'the tone is', 'the message is'],
    also: { toxic: ['toxic', 'rude', 'hostile'], 'not toxic': ['not toxic', 'polite', 'neutral'] },
    isPaired: true,
  },
  'cls-reviews_books': opinions,
  'cls-reviews_dvd': opinions,
  'cls-reviews_electronics': opinions,
  'cls-reviews_kitchen': opinions,
  'cls-scicite': {
    weight: 0.6,
    templates: ['the sentence gives', 'this is about', 'the purpose is', 'this describes the'],
  },
  'cls-snips': { weight: 0.6, templates: intent },
  'cls-stackoverflow_titles': {
    templates: topic,
    plain: { osx: 'mac os', svn: 'subversion' },
  },
  'cls-xed_en': emotions,
  'nli-breaking_nli': { weight: 0.5, templates: [] },
  'nli-conjnli': { weight: 0.7, templates: [] },
  'nli-hans_regenerated': { weight: 0.6, templates: [] },
  'nli-impli': { weight: 0.7, templates: [] },
  'nli-mnli_dev': { weight: 1.5, templates: [] },
  'nli-mnli_train_sample': { weight: 1.5, templates: [] },
  'nli-qnli': { weight: 0.7, templates: [] },
  'nli-syntactic_augmentation': { weight: 0.6, templates: [] },
  'nli-wanli_sample': { weight: 1.5, templates: [] },
};

/** The recast of a set; one that is not known gets plain phrasings. */
export const recastOf = (set: string): Recast => recasts[set] ?? { templates: topic };

/** A label as it stands in the data, as plain words. */
export const plainLabel = ({ plain }: Recast, label: string): string =>
  plain?.[label] ?? label.replaceAll(/[_-]+/g, ' ').trim();

/** Licences of the sets that we know, as their sources state them. */
const licences: Readonly<Record<string, string>> = {
  'cls-20newsgroups': 'public Usenet',
  'cls-clickbait': 'MIT',
  'cls-clinc150': 'CC BY 3.0',
  'cls-dbpedia14': 'CC BY-SA',
  'cls-goemotions': 'Apache-2.0',
  'cls-hate_davidson': 'MIT',
  'cls-hwu64': 'CC BY 4.0',
  'cls-imdb_cad_orig': 'Apache-2.0',
  'cls-imdb_cad_revised': 'Apache-2.0',
  'cls-jigsaw_toxic_sample': 'CC BY-SA 3.0 text',
  'cls-reviews_books': 'Apache-2.0',
  'cls-reviews_dvd': 'Apache-2.0',
  'cls-reviews_electronics': 'Apache-2.0',
  'cls-reviews_kitchen': 'Apache-2.0',
  'cls-scicite': 'Apache-2.0',
  'cls-snips': 'CC0',
  'cls-stackoverflow_titles': 'CC BY-SA',
  'cls-xed_en': 'CC BY 4.0',
  'nli-breaking_nli': 'CC BY-SA 4.0',
  'nli-cad_nli': 'Apache-2.0',
  'nli-conjnli': 'MIT',
  'nli-fewgen_mnli_synthetic': 'Apache-2.0 (synthetic)',
  'nli-hans_regenerated': 'MIT',
  'nli-impli': 'Apache-2.0',
  'nli-med': 'CC BY-SA 4.0',
  'nli-mnli_dev': 'MultiNLI terms',
  'nli-mnli_train_sample': 'MultiNLI terms',
  'nli-qnli': 'CC BY-SA 4.0 (SQuAD)',
  'nli-scitail': 'MIT',
  'nli-snli': 'CC BY-SA 4.0',
  'nli-snli_train_sample': 'CC BY-SA 4.0',
  'nli-syntactic_augmentation': 'MIT',
  'nli-wanli_sample': 'CC BY 4.0',
};

export const licenceOf = (set: string): string => licences[set] ?? 'not known';
