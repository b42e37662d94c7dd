// Gives every text of a table its label, with the classifier that lies two folders up.
//
//   node classify.mjs reviews.csv --column review --out labels.csv
//   node classify.mjs --text "Where is my parcel?"
//   node classify.mjs --golden
//
// Reads csv, tsv, jsonl and txt (one text a line), a window of rows at a time, so a table of any
// length fits. Writes csv: label, confidence, then one column for each label. Needs Node 20 or
// newer and `npm install` in this folder; nothing is sent anywhere.
import { createReadStream } from 'node:fs';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const bundle = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const mostCharacters = 1_000_000; // of a text that are looked at; the model reads far fewer
const windowTexts = 1024; // texts in memory at once
const windowCharacters = 4_000_000; // or fewer, when they are long
const batchTexts = 32;
const batchTokens = 8192; // of a batch, padding counted
// Of --golden; products of 8-bit numbers are rounded a little elsewhere on another kind of processor.
const tolerances = { float32: 1e-4, int8: 0.05 };

/** Something the person who runs this can put right. */
class Refusal extends Error {}

// --- the classifier ---------------------------------------------------------------------------

/** The exported model: texts in, how sure it is of each label out. */
async function openClassifier(folder) {
  process.env.ORT_DISABLE_TELEMETRY = '1'; // the runtime would report to its makers
  const { InferenceSession, Tensor } = await load('onnxruntime-node');
  const { Tokenizer } = await load('tokenizers');
  for (const name of ['config.json', 'tokenizer.json', 'onnx/model.onnx'])
    if (!(await isFile(path.join(folder, name))))
      throw new Refusal(
        `"${name}" is not in ${folder}. ` +
          'Unpack the whole zip and run this file from where it was unpacked.',
      );
  const config = JSON.parse(await readFile(path.join(folder, 'config.json'), 'utf8'));
  const { kind, labels, tokens, maxTextTokens, arithmetic = 'float32' } = config.handful;
  const names = labels.map((label) => label.name);
  const tokenizer = Tokenizer.fromString(
    await readFile(path.join(folder, 'tokenizer.json'), 'utf8'),
  );
  tokenizer.disableTruncation();
  tokenizer.disablePadding();
  const session = await InferenceSession.create(path.join(folder, 'onnx/model.onnx')).catch(
    (error) => {
      throw new Refusal(
        `"onnx/model.onnx" cannot be opened (${error.message}). Unpack the whole zip again.`,
      );
    },
  );

  async function run(rows) {
    const longest = Math.max(...rows.map((row) => row.length));
    const inputIds = new BigInt64Array(rows.length * longest).fill(BigInt(tokens.pad));
    const attentionMask = new BigInt64Array(rows.length * longest);
    rows.forEach((row, place) => {
      inputIds.set(row.map(BigInt), place * longest);
      attentionMask.fill(1n, place * longest, place * longest + row.length);
    });
    const shape = [rows.length, longest];
    const { logits } = await session.run({
      input_ids: new Tensor('int64', inputIds, shape),
      attention_mask: new Tensor('int64', attentionMask, shape),
    });
    return rows.map((_, place) =>
      toConfidence(kind, [
        ...logits.data.subarray(place * names.length, (place + 1) * names.length),
      ]),
    );
  }

  return {
    names,
    arithmetic,
    /** Confidences [texts, labels], in the order of the texts. */
    async classify(texts) {
      const encodings = await tokenizer.encodeBatch(
        texts.map((text) => text.slice(0, mostCharacters).toWellFormed()),
        { addSpecialTokens: false },
      );
      const ids = encodings.map((encoding) => [
        tokens.start,
        ...encoding.getIds().slice(0, maxTextTokens - 2),
        tokens.end,
      ]);
      const confidence = [];
      for (const batch of batches(ids)) {
        const rows = await run(batch.map((place) => ids[place]));
        batch.forEach((place, i) => (confidence[place] = rows[i]));
      }
      return confidence;
    },
    /** The label column, and how sure the classifier is of it or of "none of them". */
    decide(confidence) {
      const highest = Math.max(...confidence);
      if (kind === 'single') return [names[confidence.indexOf(highest)], highest];
      const given = names.filter((_, place) => confidence[place] >= 0.5);
      return [given.join(';'), given.length > 0 ? highest : 1 - highest];
    },
  };
}

async function load(name) {
  try {
    return (await import(name)).default;
  } catch (error) {
    throw new Refusal(
      `The package "${name}" could not be loaded (${error.message.split('\n')[0]}). ` +
        'Run "npm install" in the folder of classify.mjs.',
    );
  }
}

function toConfidence(kind, logits) {
  if (kind !== 'single') return logits.map((logit) => 1 / (1 + Math.exp(-logit)));
  const highest = Math.max(...logits);
  const exps = logits.map((logit) => Math.exp(logit - highest));
  const total = exps.reduce((sum, value) => sum + value, 0);
  return exps.map((value) => value / total);
}

/** Places of the texts, texts of like length together, in batches of a bounded size. */
function* batches(ids) {
  const places = ids.map((_, place) => place).sort((a, b) => ids[a].length - ids[b].length);
  let batch = [];
  for (const place of places) {
    const full =
      batch.length === batchTexts || (batch.length + 1) * ids[place].length > batchTokens;
    if (batch.length > 0 && full) {
      yield batch;
      batch = [];
    }
    batch.push(place);
  }
  if (batch.length > 0) yield batch;
}

// --- tables -----------------------------------------------------------------------------------

/** The texts of a file, one after the other. */
async function* readTexts(file, column, encoding) {
  const readers = { '.csv': readCsv, '.tsv': readCsv, '.jsonl': readJsonl, '.txt': readLines };
  const name = path.basename(file);
  const reader = readers[path.extname(file).toLowerCase()];
  if (!reader)
    throw new Refusal(
      `"${name}" is none of ${Object.keys(readers).join(', ')}. Save it as one of these.`,
    );
  if (!(await isFile(file))) throw new Refusal(`There is no file "${file}".`);
  yield* reader(decode(file, await encodingOf(file, encoding)), name, column);
}

async function isFile(file) {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** A byte-order mark says it; otherwise the encoding that was asked for. */
async function encodingOf(file, encoding) {
  const handle = await open(file);
  const start = Buffer.alloc(3);
  await handle.read(start, 0, 3, 0);
  await handle.close();
  const hex = start.toString('hex');
  if (hex === 'efbbbf') return 'utf-8';
  if (hex.startsWith('fffe')) return 'utf-16le';
  if (hex.startsWith('feff')) return 'utf-16be';
  return encoding;
}

async function* decode(file, encoding) {
  let decoder;
  try {
    decoder = new TextDecoder(encoding, { fatal: true });
  } catch {
    throw new Refusal(`There is no encoding called "${encoding}".`);
  }
  try {
    for await (const bytes of createReadStream(file)) yield decoder.decode(bytes, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (error.code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error;
    throw new Refusal(
      `"${path.basename(file)}" is not ${encoding} text. ` +
        'Name its encoding, for instance: --encoding windows-1252',
    );
  }
}

async function* readCsv(chunks, name, column) {
  let place;
  for await (const row of csvRows(chunks, /\.tsv$/i.test(name) ? '\t' : null)) {
    if (place === undefined) place = columnPlace(row, column, name);
    else yield row[place] ?? '';
  }
  if (place === undefined) throw new Refusal(`"${name}" is empty.`);
}

/** Rows of cells; blank lines are no rows. The delimiter is found in the first line if not given. */
async function* csvRows(chunks, givenDelimiter) {
  let delimiter = givenDelimiter;
  let head = ''; // what was read before the delimiter is known
  let row = [];
  let cell = '';
  let state = 'start of row';
  const endCell = () => {
    row.push(cell);
    cell = '';
    state = 'start of cell';
  };
  function* parse(text) {
    for (const char of text) {
      if (state === 'quoted') {
        if (char === '"') state = 'quote in quoted';
        else cell += char;
      } else if (char === '"' && state !== 'bare') {
        if (state === 'quote in quoted') cell += char;
        state = 'quoted';
      } else if (char === delimiter) {
        endCell();
      } else if (char === '\n' || char === '\r') {
        if (state !== 'start of row') {
          endCell();
          yield row;
        }
        row = [];
        state = 'start of row';
      } else {
        cell += char;
        state = 'bare';
      }
    }
  }
  for await (const chunk of chunks) {
    head += chunk;
    if (delimiter === null && !/[\r\n]/.test(head)) continue;
    delimiter ??= likelyDelimiter(head);
    yield* parse(head);
    head = '';
  }
  delimiter ??= likelyDelimiter(head);
  yield* parse(head);
  if (state !== 'start of row') {
    endCell();
    yield row;
  }
}

/** The one of , ; tab | that stands most often in the header, outside quotes. */
function likelyDelimiter(text) {
  const bare = text
    .split(/[\r\n]/, 1)[0]
    .split('"')
    .filter((_, i) => i % 2 === 0)
    .join('');
  const counts = [...',;\t|'].map((char) => bare.split(char).length);
  return ',;\t|'[counts.indexOf(Math.max(...counts))];
}

function columnPlace(header, column, file) {
  const names = header.map((name) => name.trim());
  const listed = names.map((name) => `"${name}"`).join(', ');
  if (column !== undefined) {
    const place = names.indexOf(column.trim());
    if (place < 0) throw new Refusal(`"${file}" has no column "${column}"; it has ${listed}.`);
    return place;
  }
  if (names.length === 1) return 0;
  const place = names.findIndex((name) => name.toLowerCase() === 'text');
  if (place < 0) throw new Refusal(`Say which column holds the texts, with --column: ${listed}.`);
  return place;
}

async function* readJsonl(chunks, name, key = 'text') {
  let number = 0;
  for await (const line of readLines(chunks)) {
    number += 1;
    if (!line.trim()) continue;
    let value;
    try {
      value = JSON.parse(line);
    } catch {
      throw new Refusal(`Line ${number} of "${name}" is not JSON.`);
    }
    const text = value !== null && typeof value === 'object' ? value[key] : value;
    if (typeof text !== 'string')
      throw new Refusal(`Line ${number} of "${name}" has no text called "${key}".`);
    yield text;
  }
}

async function* readLines(chunks) {
  let rest = '';
  for await (const chunk of chunks) {
    // A carriage return at the very end waits: a line feed may follow it.
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    yield* lines;
  }
  if (rest !== '') yield rest.replace(/\r$/, '');
}

/** The texts in lists of a bounded size. */
async function* windows(texts) {
  let window = [];
  let characters = 0;
  for await (const text of texts) {
    window.push(text);
    characters += text.length;
    if (window.length === windowTexts || characters >= windowCharacters) {
      yield window;
      window = [];
      characters = 0;
    }
  }
  if (window.length > 0) yield window;
}

const quote = (cell) => (/[,"\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const toRow = (cells) => `${cells.map(quote).join(',')}\n`;

/** No two columns share a name: a label called "label" is called "predicted label". */
function columns(wanted) {
  const taken = new Set();
  for (let name of wanted) {
    while (taken.has(name)) name = `predicted ${name}`;
    taken.add(name);
  }
  return [...taken];
}

async function writeTable(write, classifier, texts, withText) {
  await write(
    toRow(columns([...(withText ? ['text'] : []), 'label', 'confidence', ...classifier.names])),
  );
  for await (const window of windows(texts)) {
    const confidences = await classifier.classify(window);
    const rows = window.map((text, i) => {
      const [label, sure] = classifier.decide(confidences[i]);
      const numbers = [sure, ...confidences[i]].map((value) => value.toFixed(6));
      return toRow([...(withText ? [text.toWellFormed()] : []), label, ...numbers]);
    });
    await write(rows.join(''));
  }
}

// --- the command ------------------------------------------------------------------------------

/** Compares with what the app said when it exported this classifier; true when they agree. */
async function checkGolden(classifier, folder) {
  const file = path.join(folder, 'golden.jsonl');
  if (!(await isFile(file)))
    throw new Refusal(`"golden.jsonl" is not in ${folder}. Unpack the whole zip.`);
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  const golden = lines.map((line) => JSON.parse(line));
  const said = await classifier.classify(golden.map((entry) => entry.text));
  const differences = golden.flatMap((entry, i) =>
    entry.confidence.map((value, k) => Math.abs(value - said[i][k])),
  );
  const largest = differences.reduce((a, b) => Math.max(a, b), 0);
  console.log(`${golden.length} texts, largest difference ${largest.toFixed(7)}`);
  return largest <= tolerances[classifier.arithmetic];
}

const usage = `Usage: node classify.mjs TABLE | --text TEXT | --golden
  TABLE             a csv, tsv, jsonl or txt file
  --column NAME     the column (or key) of the texts; "text" if not named
  --text TEXT       one text, in place of a table
  --out FILE        the csv file to write; without it, the screen
  --with-text       begin each row with its text
  --encoding NAME   of the table; utf-8 if not named
  --golden          compare with what the app said`;

function parseCommand() {
  let parsed;
  try {
    parsed = parseArgs({
      allowPositionals: true,
      options: {
        column: { type: 'string' },
        text: { type: 'string' },
        out: { type: 'string' },
        'with-text': { type: 'boolean', default: false },
        encoding: { type: 'string', default: 'utf-8' },
        golden: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new Refusal(`${error.message}\n${usage}`);
  }
  const { values, positionals } = parsed;
  const asked = [values.golden, values.text !== undefined, ...positionals.map(() => true)];
  if (!values.help && asked.filter(Boolean).length !== 1)
    throw new Refusal(`Name one of: a table, --text, --golden.\n${usage}`);
  return { ...values, table: positionals[0] };
}

async function main() {
  const asked = parseCommand();
  if (asked.help) return console.log(usage);
  const classifier = await openClassifier(bundle);
  if (asked.golden) {
    process.exitCode = (await checkGolden(classifier, bundle)) ? 0 : 1;
    return;
  }
  const texts =
    asked.text === undefined ? readTexts(asked.table, asked.column, asked.encoding) : [asked.text];
  if (asked.out === undefined) {
    const write = (text) =>
      new Promise((done, fail) => {
        process.stdout.write(text, (error) => (error ? fail(error) : done()));
      });
    return writeTable(write, classifier, texts, asked['with-text']);
  }
  const part = `${asked.out}.part`; // takes its name only when it is whole
  try {
    const file = await open(part, 'w');
    try {
      await writeTable((text) => file.appendFile(text), classifier, texts, asked['with-text']);
    } finally {
      await file.close();
    }
    await rename(part, asked.out);
  } finally {
    await rm(part, { force: true });
  }
}

main().catch((error) => {
  // A fault of this file itself keeps its stack; everything else is a sentence.
  console.error(error instanceof Refusal || error.code ? error.message : error);
  process.exitCode = 1;
});
