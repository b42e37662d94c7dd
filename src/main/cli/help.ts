// What `--help` prints.
import { defaultTemplate } from '../../shared/defaultTemplate';

export const commandNames = ['train', 'predict', 'zero', 'open'] as const;
export type CommandName = (typeof commandNames)[number];

const reading = `  --encoding NAME    of a text file, if it is not found out by itself
  --delimiter C      between cells of a CSV file, if it is not found out by itself
  --sheet NAME       of an Excel workbook; the first one with rows if not given`;

const commands: Record<CommandName, string> = {
  train: `handful train --table F --label COL --out BUNDLE.zip [options]

Learns from the labelled rows of a table and writes a classifier as one zip file.

  --table F          csv, tsv, json, jsonl, xlsx
  --text COL         column of the texts; the one with the longest prose if not given
  --label COL        column of the labels; rows without a label are left out
  --out BUNDLE.zip   where the classifier goes
  --template T       what is asked of every text, before the label; "${defaultTemplate}" if not given
  --names V=W,...    words for the labels of the table, for instance positive=great,negative=terrible
  --encoder ID       the encoder to build on
  --seed N           same seed, same table, same computer: same classifier; 1 if not given
  --test F           a second table with the same columns, to count how many are right
  --json             print the result as one JSON object
${reading}`,
  predict: `handful predict --bundle BUNDLE.zip --table F --out PREDICTIONS.csv [options]

Lets a classifier judge every row of a table. The columns of the table come first, then the label,
the confidence in it, and the confidence in each label.

  --bundle BUNDLE.zip   a classifier written by "train" or exported from the app
  --table F             csv, tsv, json, jsonl, xlsx or one text per line
  --text COL            column of the texts; the one with the longest prose if not given
  --out PREDICTIONS.csv where the predictions go
  --label COL           column of the right labels, to count how many are right
  --json                print the result as one JSON object
${reading}`,
  zero: `handful zero --table F --labels a,b,c --out PREDICTIONS.csv [options]

Judges every row of a table by nothing but the names of the labels; one label is a yes-or-no question.

  --table F             csv, tsv, json, jsonl, xlsx or one text per line
  --text COL            column of the texts; the one with the longest prose if not given
  --labels a,b,c        names of the labels; a=words asks with other words than it answers with
  --out PREDICTIONS.csv where the predictions go
  --template T          what is asked of every text, before the label; "${defaultTemplate}" if not given
  --encoder ID          the encoder to ask
  --label COL           column of the right labels, to count how many are right
  --json                print the result as one JSON object
${reading}`,
  open: `handful open [--port N] [--no-browser]

Opens the app in the browser and prints its address; Ctrl+C ends it.

  --port N           of this computer; a free one if not given
  --no-browser       print the address only`,
};

/** Help on one command, or on all of them. */
export function helpText(about?: CommandName): string {
  if (about) return commands[about];
  const usages = commandNames.map((name) => `  ${commands[name].split('\n', 1)[0] ?? ''}`);
  return `Handful: label a handful of texts, get a classifier. Nothing leaves this computer.

${usages.join('\n')}

  handful COMMAND --help   more about a command
  handful --version`;
}
