"""Gives every text of a table its label, with the classifier that lies two folders up.

    python classify.py reviews.csv --column review --out labels.csv
    python classify.py --text "Where is my parcel?"
    python classify.py --golden

Reads csv, tsv, jsonl and txt (one text a line), a window of rows at a time, so a table of any
length fits. Writes csv: label, confidence, then one column for each label. Needs Python 3.9 or
newer and `pip install -r requirements.txt`; nothing is sent anywhere.
"""

import argparse
import codecs
import csv
import json
import os
import sys
from pathlib import Path

BUNDLE = Path(__file__).resolve().parents[2]
MOST_CHARACTERS = 1_000_000  # of a text that are looked at; the model reads far fewer
WINDOW_TEXTS = 1024  # texts in memory at once
WINDOW_CHARACTERS = 4_000_000  # or fewer, when they are long
BATCH_TEXTS = 32
BATCH_TOKENS = 8192  # of a batch, padding counted
# Of --golden; products of 8-bit numbers are rounded a little elsewhere on another kind of processor.
TOLERANCES = {"float32": 1e-4, "int8": 0.05}
LONGEST_CELL = 2**31 - 1
NUL_STAND_IN = "\U0010fffe"  # Python before 3.11 refuses a null byte in a csv; never a real character


class Refusal(Exception):
    """Something the person who runs this can put right."""


# --- the classifier -----------------------------------------------------------------------------


class Classifier:
    """The exported model: texts in, how sure it is of each label out."""

    def __init__(self, folder):
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # the runtime would report to its makers
        try:
            import numpy
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError as error:
            raise Refusal(
                f'The Python package "{error.name}" is missing. '
                f"Run: {sys.executable} -m pip install -r requirements.txt"
            ) from error
        for name in ("config.json", "tokenizer.json", "onnx/model.onnx"):
            if not (folder / name).is_file():
                raise Refusal(
                    f'"{name}" is not in {folder}. '
                    "Unpack the whole zip and run this file from where it was unpacked."
                )
        onnxruntime.disable_telemetry_events()  # the same for Windows
        config = json.loads((folder / "config.json").read_text("utf-8"))
        settings = config["handful"]
        self.numpy = numpy
        self.kind = settings["kind"]
        self.names = [label["name"] for label in settings["labels"]]
        self.start, self.end, self.pad = (settings["tokens"][key] for key in ("start", "end", "pad"))
        self.arithmetic = settings.get("arithmetic", "float32")
        self.room = settings["maxTextTokens"] - 2
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        try:
            self.session = onnxruntime.InferenceSession(
                str(folder / "onnx" / "model.onnx"), providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # its classes derive from nothing narrower
            raise Refusal(
                f'"onnx/model.onnx" cannot be opened ({error}). Unpack the whole zip again.'
            ) from error

    def classify(self, texts):
        """Confidences [texts, labels], in the order of the texts."""
        encodings = self.tokenizer.encode_batch(
            [readable(text) for text in texts], add_special_tokens=False
        )
        ids = [[self.start, *encoding.ids[: self.room], self.end] for encoding in encodings]
        confidence = [None] * len(texts)
        for batch in batches(ids):
            for place, row in zip(batch, self._run([ids[place] for place in batch])):
                confidence[place] = row
        return confidence

    def _run(self, rows):
        numpy = self.numpy
        longest = max(len(row) for row in rows)
        input_ids = numpy.full((len(rows), longest), self.pad, dtype=numpy.int64)
        attention_mask = numpy.zeros((len(rows), longest), dtype=numpy.int64)
        for place, row in enumerate(rows):
            input_ids[place, : len(row)] = row
            attention_mask[place, : len(row)] = 1
        feeds = {"input_ids": input_ids, "attention_mask": attention_mask}
        logits = self.session.run(["logits"], feeds)[0].astype(numpy.float64)
        if self.kind == "single":
            exps = numpy.exp(logits - logits.max(axis=1, keepdims=True))
            return exps / exps.sum(axis=1, keepdims=True)
        return 1 / (1 + numpy.exp(-numpy.clip(logits, -700, 700)))

    def decide(self, confidence):
        """The label column, and how sure the classifier is of it or of "none of them"."""
        highest = max(confidence)
        if self.kind == "single":
            return self.names[list(confidence).index(highest)], highest
        given = [name for name, value in zip(self.names, confidence) if value >= 0.5]
        return ";".join(given), highest if given else 1 - highest


def batches(ids):
    """Places of the texts, texts of like length together, in batches of a bounded size."""
    batch = []
    for place in sorted(range(len(ids)), key=lambda place: len(ids[place])):
        if batch and (
            len(batch) == BATCH_TEXTS or (len(batch) + 1) * len(ids[place]) > BATCH_TOKENS
        ):
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def readable(text):
    """The first million UTF-16 units, as in the app, well formed: half a pair becomes U+FFFD."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[: 2 * MOST_CHARACTERS].decode("utf-16-le", "replace")


# --- tables -------------------------------------------------------------------------------------


def read_texts(path, column, encoding):
    """The texts of a file, one after the other."""
    readers = {".csv": read_csv, ".tsv": read_csv, ".jsonl": read_jsonl, ".txt": read_lines}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise Refusal(f'"{path.name}" is none of {", ".join(readers)}. Save it as one of these.')
    if not path.is_file():
        raise Refusal(f'There is no file "{path}".')
    with open(path, encoding=encoding_of(path, encoding), newline="") as file:
        try:
            yield from reader(file, path, column)
        except UnicodeDecodeError as error:
            raise Refusal(
                f'"{path.name}" is not {error.encoding} text. '
                "Name its encoding, for instance: --encoding windows-1252"
            ) from error
        except csv.Error as error:
            raise Refusal(f'"{path.name}" is not a table: {error}.') from error


def encoding_of(path, encoding):
    """A byte-order mark says it; otherwise the encoding that was asked for."""
    with open(path, "rb") as file:
        start = file.read(3)
    if start == codecs.BOM_UTF8:
        return "utf-8-sig"
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    try:
        return codecs.lookup(encoding).name
    except LookupError as error:
        raise Refusal(f'There is no encoding called "{encoding}".') from error


def read_csv(file, path, column):
    csv.field_size_limit(LONGEST_CELL)
    first = file.readline()
    file.seek(0)
    delimiter = "\t" if path.suffix.lower() == ".tsv" else likely_delimiter(first)
    lines = (line.replace("\0", NUL_STAND_IN) for line in file)
    rows = csv.reader(lines, delimiter=delimiter)
    header = next((row for row in rows if row), None)
    if header is None:
        raise Refusal(f'"{path.name}" is empty.')
    place = column_place(header, column, path)
    for row in rows:
        if row:  # blank lines are no rows
            yield (row[place] if place < len(row) else "").replace(NUL_STAND_IN, "\0")


def likely_delimiter(line):
    """The one of , ; tab | that stands most often in the header, outside quotes."""
    bare = "".join(line.split('"')[::2])
    return max(",;\t|", key=bare.count)


def column_place(header, column, path):
    names = [name.strip() for name in header]
    listed = ", ".join(f'"{name}"' for name in names)
    if column is not None:
        if column.strip() not in names:
            raise Refusal(f'"{path.name}" has no column "{column}"; it has {listed}.')
        return names.index(column.strip())
    if len(names) == 1:
        return 0
    lower = [name.lower() for name in names]
    if "text" not in lower:
        raise Refusal(f"Say which column holds the texts, with --column: {listed}.")
    return lower.index("text")


def read_jsonl(file, path, column):
    key = "text" if column is None else column
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as error:
            raise Refusal(f'Line {number} of "{path.name}" is not JSON.') from error
        text = value.get(key) if isinstance(value, dict) else value
        if not isinstance(text, str):
            raise Refusal(f'Line {number} of "{path.name}" has no text called "{key}".')
        yield text


def read_lines(file, path, column):
    for line in file:
        yield line.rstrip("\r\n")


def windows(texts):
    """The texts in lists of a bounded size."""
    window, characters = [], 0
    for text in texts:
        window.append(text)
        characters += len(text)
        if len(window) == WINDOW_TEXTS or characters >= WINDOW_CHARACTERS:
            yield window
            window, characters = [], 0
    if window:
        yield window


def write_row(file, cells):
    file.write(",".join(quote(cell) for cell in cells) + "\n")


def printable(text):
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def quote(cell):
    return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in ',"\r\n') else cell


def columns(wanted):
    """No two columns share a name: a label called "label" is called "predicted label"."""
    taken = []
    for name in wanted:
        while name in taken:
            name = f"predicted {name}"
        taken.append(name)
    return taken


def write_table(file, classifier, texts, with_text):
    header = [*(["text"] if with_text else []), "label", "confidence", *classifier.names]
    write_row(file, columns(header))
    for window in windows(texts):
        for text, confidence in zip(window, classifier.classify(window)):
            label, sure = classifier.decide(confidence)
            numbers = [f"{value:.6f}" for value in (sure, *confidence)]
            write_row(file, [*([printable(text)] if with_text else []), label, *numbers])


# --- the command --------------------------------------------------------------------------------


def check_golden(classifier, folder):
    """Compares with what the app said when it exported this classifier; True when they agree."""
    path = folder / "golden.jsonl"
    if not path.is_file():
        raise Refusal(f'"golden.jsonl" is not in {folder}. Unpack the whole zip.')
    with open(path, encoding="utf-8", newline="\n") as file:
        golden = [json.loads(line) for line in file if line.strip()]
    said = classifier.classify([entry["text"] for entry in golden])
    largest = max(
        (abs(a - b) for entry, row in zip(golden, said) for a, b in zip(entry["confidence"], row)),
        default=0.0,
    )
    print(f"{len(golden)} texts, largest difference {largest:.7f}")
    return largest <= TOLERANCES[classifier.arithmetic]


def arguments():
    parser = argparse.ArgumentParser(description="Labels the texts of a table.")
    parser.add_argument("table", nargs="?", help="a csv, tsv, jsonl or txt file")
    parser.add_argument("--column", help='the column (or key) of the texts; "text" if not named')
    parser.add_argument("--text", help="one text, in place of a table")
    parser.add_argument("--out", help="the csv file to write; without it, the screen")
    parser.add_argument("--with-text", action="store_true", help="begin each row with its text")
    parser.add_argument("--encoding", default="utf-8", help="of the table; utf-8 if not named")
    parser.add_argument("--golden", action="store_true", help="compare with what the app said")
    asked = parser.parse_args()
    if sum((asked.golden, asked.text is not None, asked.table is not None)) != 1:
        parser.error("name one of: a table, --text, --golden")
    return asked


def main():
    asked = arguments()
    classifier = Classifier(BUNDLE)
    if asked.golden:
        return 0 if check_golden(classifier, BUNDLE) else 1
    if asked.text is not None:
        texts = iter([asked.text])
    else:
        texts = read_texts(Path(asked.table), asked.column, asked.encoding)
    if asked.out is None:
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
        write_table(sys.stdout, classifier, texts, asked.with_text)
        return 0
    part = asked.out + ".part"  # takes its name only when it is whole
    try:
        with open(part, "w", encoding="utf-8", newline="") as file:
            write_table(file, classifier, texts, asked.with_text)
        os.replace(part, asked.out)
    finally:
        if os.path.exists(part):
            os.remove(part)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
    except OSError as error:
        print(f"{error.strerror}: {error.filename}", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    sys.exit(1)
