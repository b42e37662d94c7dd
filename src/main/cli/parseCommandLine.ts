// Words of the command line -> a checked command; each mistake is one sentence.
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { closest } from '../../shared/closest';
import { StudioError } from '../../shared/errors';
import { commandNames, type CommandName } from './help';

/** How a table is read; each overrides a guess. */
export interface ReadingArguments {
  encoding?: string;
  delimiter?: string;
  sheet?: string;
}

interface TableArguments {
  table: string;
  text: string | undefined;
  out: string;
  json: boolean;
  reading: ReadingArguments;
}

export interface TrainArguments extends TableArguments {
  label: string;
  template: string | undefined;
  /** Value in the table -> the words that are asked with. */
  names: Map<string, string>;
  encoder: string | undefined;
  seed: number;
  test: string | undefined;
}

export interface PredictArguments extends TableArguments {
  bundle: string;
  label: string | undefined;
}

export interface ZeroArguments extends TableArguments {
  /** Name -> the words that are asked with; the same unless others were given. */
  labels: Map<string, string>;
  template: string | undefined;
  encoder: string | undefined;
  label: string | undefined;
}

export interface OpenArguments {
  port: number | undefined;
  openBrowser: boolean;
}

export type Command =
  | { name: 'help'; about?: CommandName }
  | { name: 'version' }
  | { name: 'train'; arguments: TrainArguments }
  | { name: 'predict'; arguments: PredictArguments }
  | { name: 'zero'; arguments: ZeroArguments }
  | { name: 'open'; arguments: OpenArguments };

type Options = NonNullable<ParseArgsConfig['options']>;
const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const ofTables = {
  table: text,
  text,
  out: text,
  json: flag,
  encoding: text,
  delimiter: text,
  sheet: text,
};
const ofQuestions = { template: text, encoder: text, label: text };

const options: Record<CommandName, Options> = {
  train: { ...ofTables, ...ofQuestions, names: text, seed: text, test: text },
  predict: { ...ofTables, bundle: text, label: text },
  zero: { ...ofTables, ...ofQuestions, labels: text },
  open: { port: text, 'no-browser': flag },
};

/** Throws 'bad-request' with a sentence about the word that is wrong. */
export function parseCommandLine(words: readonly string[]): Command {
  const [first, ...rest] = words;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    const about = commandNames.find((name) => name === rest[0]);
    return about ? { name: 'help', about } : { name: 'help' };
  }
  if (first === '--version' || first === '-v') return { name: 'version' };
  const name = commandNames.find((each) => each === first);
  if (!name) throw unknownCommand(first);
  if (rest.includes('--help') || rest.includes('-h')) return { name: 'help', about: name };
  const given = new Given(name, rest);
  switch (name) {
    case 'train':
      return { name, arguments: trainArguments(given) };
    case 'predict':
      return {
        name,
        arguments: {
          bundle: given.required('bundle'),
          ...tableArguments(given),
          label: given.optional('label'),
        },
      };
    case 'zero':
      return { name, arguments: zeroArguments(given) };
    case 'open':
      return {
        name,
        arguments: {
          port: given.wholeNumber('port', 65_535),
          openBrowser: !given.flag('no-browser'),
        },
      };
  }
}

function trainArguments(given: Given): TrainArguments {
  return {
    ...tableArguments(given),
    label: given.required('label'),
    template: given.optional('template'),
    names: given.words('names', (entry) => {
      throw refusal(
        `"${entry}" in --names is not of the form value=words, as in --names "positive=great,negative=terrible".`,
      );
    }),
    encoder: given.optional('encoder'),
    seed: given.wholeNumber('seed', 2 ** 32 - 1) ?? 1,
    test: given.optional('test'),
  };
}

function zeroArguments(given: Given): ZeroArguments {
  given.required('labels');
  return {
    ...tableArguments(given),
    labels: given.words('labels', (entry) => entry),
    template: given.optional('template'),
    encoder: given.optional('encoder'),
    label: given.optional('label'),
  };
}

function tableArguments(given: Given): TableArguments {
  const [encoding, delimiter, sheet] = ['encoding', 'delimiter', 'sheet'].map((name) =>
    given.optional(name),
  );
  return {
    table: given.required('table'),
    text: given.optional('text'),
    out: given.required('out'),
    json: given.flag('json'),
    reading: {
      ...(encoding === undefined ? {} : { encoding }),
      ...(delimiter === undefined ? {} : { delimiter: delimiter === 'tab' ? '\t' : delimiter }),
      ...(sheet === undefined ? {} : { sheet }),
    },
  };
}

/** The options that were given to a command. */
class Given {
  readonly #values: Record<string, unknown>;

  constructor(
    private readonly command: CommandName,
    words: string[],
  ) {
    try {
      this.#values = parseArgs({ args: words, options: options[command], strict: true }).values;
    } catch (error) {
      throw explain(error, command, words);
    }
  }

  optional(name: string): string | undefined {
    const value = this.#values[name];
    if (typeof value === 'string' && value.trim() === '')
      throw refusal(`The option --${name} is empty. Give it a value.`);
    return typeof value === 'string' ? value : undefined;
  }

  required(name: string): string {
    const value = this.optional(name);
    if (value === undefined)
      throw refusal(
        `"handful ${this.command}" needs --${name}. See "handful ${this.command} --help".`,
      );
    return value;
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  wholeNumber(name: string, max: number): number | undefined {
    const value = this.optional(name);
    if (value === undefined) return undefined;
    if (!/^\d{1,15}$/.test(value) || Number(value) > max)
      throw refusal(`The option --${name} takes a whole number from 0 to ${max}, not "${value}".`);
    return Number(value);
  }

  /** `a=b,c`: pairs; what stands alone is completed, or refused, by `alone`. */
  words(name: string, alone: (entry: string) => string): Map<string, string> {
    const pairs = new Map<string, string>();
    for (const entry of this.optional(name)?.split(',') ?? []) {
      const [key = '', ...rest] = entry.split('=');
      const value = rest.length > 0 ? rest.join('=').trim() : alone(entry.trim());
      if (key.trim() === '' || value === '')
        throw refusal(`The option --${name} has an empty part: "${entry}".`);
      if (pairs.has(key.trim())) throw refusal(`The option --${name} names "${key.trim()}" twice.`);
      pairs.set(key.trim(), value);
    }
    return pairs;
  }
}

function unknownCommand(word: string): StudioError {
  const near = closest(word, commandNames);
  return refusal(
    `There is no command "${word}". ${near ? `Did you mean "${near}"? ` : ''}See "handful --help".`,
  );
}

/** In place of Node's own words about it. */
function explain(error: unknown, command: CommandName, words: string[]): StudioError {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? error.code : '';
  const option = /'(?:-\w, )?(--?[^'\s=]+)/.exec(message)?.[1] ?? '';
  const help = `See "handful ${command} --help".`;
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const near = closest(option.replace(/^-+/, ''), Object.keys(options[command]));
    return refusal(
      `There is no option ${option}. ${near ? `Did you mean --${near}? ` : ''}${help}`,
    );
  }
  if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE')
    return refusal(
      words.some((word) => word.startsWith(`${option}=`))
        ? `The option ${option} takes no value. ${help}`
        : `The option ${option} needs a value; write ${option}=VALUE if the value begins with a dash. ${help}`,
    );
  if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') {
    const word = /'([^']*)'/.exec(message)?.[1] ?? '';
    return refusal(
      `"${word}" belongs to no option; put a value with spaces in quotation marks. ${help}`,
    );
  }
  return refusal(`${message}. ${help}`);
}

const refusal = (sentence: string) => new StudioError('bad-request', sentence);
