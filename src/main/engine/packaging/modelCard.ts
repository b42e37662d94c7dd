// README.md of a bundle: in plain words what the classifier is, what it was trained on, how good it
// is as far as anyone can know, what it cannot do, and how to run it.
import { type Task } from '../../../shared/domain';
import { type CrossValidation, type RunSummary } from '../../../shared/events';
import { type BundleSource } from './bundle';
import { type EncoderFiles } from './encoderFiles';

export function writeModelCard(source: BundleSource, facts: EncoderFiles['facts']): string {
  const { summary } = source;
  const sections = [
    frontMatter(facts),
    `# ${escapeMarkdown(source.name ?? 'A text classifier')}\n\n${describeTask(summary.task)}`,
    `## The labels\n\n${labelTable(source)}`,
    `## How good it is\n\n${describeScores(summary)}`,
    `## What it learned\n\n${describeLearning(source, facts)}`,
    `## What it cannot do\n\n${listLimits(source, facts)}`,
    `## How to run it\n\n${howToRun(summary.task)}`,
    `## What is in this folder\n\n${contents}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

/** What model hubs read. */
function frontMatter({ licence, language, base }: EncoderFiles['facts']): string {
  const stated = (key: string, value?: string) =>
    value === undefined ? [] : [`${key}: ${JSON.stringify(value)}`];
  return [
    '---',
    'pipeline_tag: text-classification',
    'library_name: onnx',
    ...stated('license', licence?.toLowerCase()),
    ...stated('language', isLanguageCode(language ?? '') ? language : undefined),
    ...stated('base_model', base),
    '---',
  ].join('\n');
}

function describeTask({ kind, labels, template }: Task): string {
  const question = `Its question to every text is "${escapeMarkdown(template)}", completed by the name of a label.`;
  switch (kind) {
    case 'single':
      return `Reads a text and gives it one of ${labels.length} labels. ${question}`;
    case 'multi':
      return `Reads a text and gives it any number of ${labels.length} labels, or none. ${question}`;
    case 'yes-no':
      return `Reads a text and says whether "${escapeMarkdown(labels[0]?.name ?? '')}" is true of it. ${question}`;
  }
}

function labelTable({ summary, examplesPerLabel }: BundleSource): string {
  const scores = summary.crossValidation?.labels;
  const rows = summary.task.labels.map(({ id, name, description }, place) => {
    const score = scores?.find(({ labelId }) => labelId === id);
    const examples = examplesPerLabel?.[place] ?? score?.examples;
    return [
      escapeMarkdown(name),
      escapeMarkdown(description ?? ''),
      examples === undefined ? 'not recorded' : String(examples),
      score ? `${score.found} of ${score.examples}` : 'not measured',
      score ? String(score.wronglyGiven) : 'not measured',
    ];
  });
  const head = ['Label', 'Meaning', 'Labelled texts', 'Found again', 'Given wrongly'];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function describeScores({ task, crossValidation }: RunSummary): string {
  if (!crossValidation)
    return 'Nobody knows: there were too few labelled texts to set some aside and test on them. Check its answers on texts of your own before you rely on it.';
  const { folds, texts, correct, accuracy } = crossValidation;
  const right = task.kind === 'multi' ? 'had all their labels right' : 'were judged correctly';
  return [
    `**${correct} of ${texts} texts ${right} (${percent(accuracy)}).** ${interval(crossValidation)}`,
    '',
    `Each text was judged by a model that had not seen it: the labelled texts were split into ${folds} parts, and each part was judged by a model trained on the others. In the table above, "found again" counts the texts of a label that were given it, and "given wrongly" the texts that were given it and should not have been.`,
    '',
    'This holds for texts like the ones that were labelled. On other texts it may do worse.',
  ].join('\n');
}

const interval = ({ texts, low, high }: CrossValidation) =>
  `With only ${texts} texts to judge by, the true share lies between ${percent(low)} and ${percent(high)}, in 95 cases out of 100.`;

function describeLearning({ summary }: BundleSource, { base }: EncoderFiles['facts']): string {
  const { parameters, seed, createdAt, stoppedEarly, losses, recipe, encoder } = summary;
  const from = base === undefined ? '' : `, made from ${escapeMarkdown(base)}`;
  const lines = [
    `It stands on the encoder "${escapeMarkdown(encoder)}"${from}, of ${count(parameters.base)} numbers, which were left as they are. The task added ${count(parameters.learned)} numbers (${percent(parameters.share, 2)} of it):`,
    '',
    ...parameters.parts.map(({ part, numbers }) => `- ${escapeMarkdown(part)}: ${count(numbers)}`),
    '',
    'How it came about:',
    '',
    ...recipe.map((line) => `- ${escapeMarkdown(line)}`),
    `- Trained on ${new Date(createdAt).toISOString().slice(0, 10)} in ${losses.length} steps, seed ${seed}.`,
  ];
  if (stoppedEarly)
    lines.push('- Training was stopped early by hand; this is what had been learned by then.');
  return lines.join('\n');
}

function listLimits(
  { summary, maxTextTokens }: BundleSource,
  { language }: EncoderFiles['facts'],
): string {
  const cut = summary.cutTexts.length;
  const always =
    summary.task.kind === 'single'
      ? ['It always gives one of its labels, even to a text that none of them fits.']
      : [];
  const lines = [
    `It reads the first ${maxTextTokens} tokens of a text (roughly ${Math.round(maxTextTokens * 0.7)} English words) and nothing after them.${cut > 0 ? ` ${cut} of the texts it was trained on ${cut === 1 ? 'was' : 'were'} longer.` : ''}`,
    ...(language === undefined ? [] : [`It was made for texts in ${nameLanguage(language)}.`]),
    ...always,
    'Its confidence says how sure it is, not how often it is right. Look at some answers of each confidence before you let it decide alone.',
    'It learned from a handful of texts and repeats what is one-sided in them. Do not let it decide about people without someone looking.',
  ];
  return lines.map((line) => `- ${line}`).join('\n');
}

function howToRun({ kind }: Task): string {
  const logits =
    kind === 'single'
      ? 'their softmax is the confidence, and the highest wins'
      : 'the sigmoid of each is the confidence, and from 0.5 on the label is true';
  return [
    'Nothing is sent anywhere. Each of the first two programs takes csv, tsv, jsonl or txt and writes a csv with the columns `label`, `confidence` and one for each label; `--golden` checks that it says what the app said. Where a text may have several labels, `label` holds them with `;` between, and nothing if none is true.',
    '',
    '1. **Python** (3.9 or newer)',
    '',
    '   ```',
    '   cd run/python',
    '   python -m pip install -r requirements.txt',
    '   python classify.py --golden',
    '   python classify.py reviews.csv --column review --out labels.csv',
    '   ```',
    '',
    '2. **Node** (20 or newer)',
    '',
    '   ```',
    '   cd run/node',
    '   npm install',
    '   node classify.mjs --golden',
    '   node classify.mjs reviews.csv --column review --out labels.csv',
    '   ```',
    '',
    '   If `npm install` tries to fetch graphics card files and cannot, set the environment variable `ONNXRUNTIME_NODE_INSTALL=skip`: they are not needed.',
    '',
    `3. **Anything that runs ONNX** (ONNX Runtime in C++, C#, Java, Swift or a browser, Transformers.js, Optimum, Triton): this folder is an ordinary text classification model. \`onnx/model.onnx\` takes \`input_ids\` and \`attention_mask\` (whole numbers of 64 bits, one row a text) and returns \`logits\`, one number for each label in the order of \`id2label\` in \`config.json\`; ${logits}.`,
  ].join('\n');
}

const contents = [
  '- `onnx/model.onnx`: the classifier; `tokenizer.json` and `config.json`: how to feed it and what its answers are called.',
  '- `golden.jsonl`: texts with what the app says about them. `task.safetensors`: only what was learned, for opening it in Handful again.',
  '- `run/`: the programs above. `LICENSES`: who made what. `manifest.json`: a SHA-256 of every file.',
].join('\n');

const count = (numbers: number) => numbers.toLocaleString('en-US');

/** `en` -> `English`; anything that is no code stays as it is. */
const nameLanguage = (language: string) =>
  isLanguageCode(language)
    ? (new Intl.DisplayNames(['en'], { type: 'language' }).of(language) ?? language)
    : escapeMarkdown(language);

const isLanguageCode = (language: string) => /^[a-z]{2,3}$/.test(language);

const percent = (share: number, digits = 0) => `${(share * 100).toFixed(digits)} %`;

/** Text of the user's, so that nothing in it is taken for markup, on one line. */
function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|~&]/g, '\\$&');
}
