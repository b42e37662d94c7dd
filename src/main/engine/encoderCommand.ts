// `npm run encoder -- teach ...`: intermediate training from the command line. Progress on stderr, one
// line of JSON per event on stdout with --json; Ctrl+C keeps a checkpoint that the same command takes up.
import { parseArgs } from 'node:util';
import { StudioError, toStudioError } from '../../shared/errors';
import { ProviderName } from '../../shared/domain';
import { meanAccuracy } from './teaching/heldOut';
import { defaultTeaching } from './teaching/recipe';
import { teach } from './teaching/teach';
import type { TeachEvent, TeachRequest } from './teaching/teachRequest';

const providerNames = ProviderName.options;

const usage = `npm run encoder -- teach --from FOLDER --data FOLDER --out FOLDER
  --from FOLDER    encoder to start from: config.json, model.safetensors, tokenizer.json
  --like FOLDER    encoder whose sense of which texts are alike is kept (the one of --from)
  --data FOLDER    files nli-*.jsonl.gz (premise, hypothesis, label) and cls-*.jsonl.gz (text, label)
  --out FOLDER     where the taught encoder goes; also keeps what an interrupted teaching has done
  --name NAME      what the encoder is called on screens
  --steps N        steps (${defaultTeaching.steps}); --tokens N in each (${defaultTeaching.tokens})
  --rate R         highest learning rate (${defaultTeaching.rate})
  --share S        teach low-rank updates within this share of the numbers (0.03) instead of all weights
  --keep K         part of the base in an average with it at the end (0)
  --seed N         seed (${defaultTeaching.seed})
  --provider NAME  what does the sums: ${providerNames.join(', ')} (cpu)
  --json           one line of JSON for each event on standard output`;

function readRequest(words: string[]): { request: TeachRequest; json: boolean } {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      ...Object.fromEntries(
        [
          'from',
          'like',
          'data',
          'out',
          'name',
          'steps',
          'tokens',
          'rate',
          'share',
          'keep',
          'seed',
          'provider',
        ].map((name) => [name, { type: 'string' }] as const),
      ),
      json: { type: 'boolean' },
    },
  });
  if (positionals.join() !== 'teach') throw new StudioError('bad-request', usage);
  const word = (name: string): string | undefined => {
    const value = (values as Record<string, unknown>)[name];
    return typeof value === 'string' ? value : undefined;
  };
  const folder = (name: string): string => {
    const value = word(name);
    if (!value) throw new StudioError('bad-request', `"teach" needs --${name} FOLDER.\n${usage}`);
    return value;
  };
  const number = (name: string, otherwise: number, least: number, most: number): number => {
    const value = Number(word(name) ?? otherwise);
    if (!(value >= least && value <= most))
      throw new StudioError(
        'bad-request',
        `The option --${name} takes a number from ${least} to ${most}, not "${word(name) ?? ''}".`,
      );
    return value;
  };
  const recipe = {
    ...defaultTeaching,
    steps: Math.round(number('steps', defaultTeaching.steps, 1, 1e7)),
    tokens: Math.round(number('tokens', defaultTeaching.tokens, 200, 1e5)),
    rate: number('rate', defaultTeaching.rate, 1e-7, 1),
    seed: Math.round(number('seed', defaultTeaching.seed, 0, 2 ** 32 - 1)),
  };
  const name = word('name');
  const like = word('like');
  const provider = providerNames.find((each) => each === (word('provider') ?? 'cpu'));
  if (!provider)
    throw new StudioError(
      'bad-request',
      `There is no provider "${word('provider') ?? ''}". Choose one of ${providerNames.join(', ')}.`,
    );
  const request: TeachRequest = {
    ...(name !== undefined && { name }),
    from: folder('from'),
    ...(like !== undefined && { like }),
    data: folder('data'),
    out: folder('out'),
    recipe,
    share: word('share') === undefined ? null : number('share', 0.03, 0, 0.03),
    keep: number('keep', 0, 0, 1),
    provider,
  };
  return { request, json: values.json === true };
}

const percent = (part: number) => `${(100 * part).toFixed(1)} %`;

function sentence(event: TeachEvent, steps: number): string {
  switch (event.kind) {
    case 'begun':
      return `${event.taught} numbers are taught with ${event.sets} sets, from step ${event.step} to ${steps}.`;
    case 'steps': {
      const terms = [...event.terms].map(([term, value]) => `${term} ${value.toFixed(4)}`);
      const minutes = Math.ceil(event.secondsLeft / 60);
      return `step ${event.step}: ${terms.join(', ')}; ${event.pairsPerSecond.toFixed(0)} pairs a second, ${minutes} min left`;
    }
    case 'held-out':
    case 'saved': {
      const [pairs, labels] = (['pairs', 'labels'] as const).map((kind) =>
        percent(meanAccuracy(event.scores, kind)),
      );
      const right = `right on held-out texts: pairs ${pairs ?? ''}, labels ${labels ?? ''}`;
      return event.kind === 'saved' ? `Saved in "${event.folder}"; ${right}.` : right;
    }
  }
}

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort());
try {
  const { request, json } = readRequest(process.argv.slice(2));
  for await (const event of teach(request, abort.signal)) {
    process.stderr.write(`${sentence(event, request.recipe.steps)}\n`);
    if (!json) continue;
    const plain = 'terms' in event ? { ...event, terms: Object.fromEntries(event.terms) } : event;
    process.stdout.write(`${JSON.stringify(plain)}\n`);
  }
} catch (error) {
  process.stderr.write(`${toStudioError(error).message}\n`);
  process.exitCode = 1;
}
