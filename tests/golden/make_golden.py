"""Writes the toy encoder and the gold values that the engine is held against. The product never runs it.

    python3 tests/golden/make_golden.py       (PyTorch 2.13, numpy, safetensors 0.8, tokenizers 0.23)

Everything below is computed in float64 from inputs that are float32 numbers, and stored with the digits of float32:
the gold values are the true ones, and a float32 engine differs from them by its own rounding only.

WHAT IS COMPUTED (B texts, T text tokens, t template tokens, K labels, h tokens of the longest label, H hidden size)
  text pass      rows [CLS] text [SEP], type 0, positions 0..T-1, attention over the real tokens of the same text
  question pass  template tokens, positions 0..t-1, then labels (name + [SEP]), positions t..t+h-1 each, type 1;
                 template attends to text + template; label k to text + template + label k; every token to itself.
                 Label tokens past a name's end are padding: nothing reads them.
  read-out       logits[b, k] = head(last hidden state of the closing [SEP] of label k)       [B, K, 3]
  score          s = logits[..., 0] - logsumexp(logits[..., 1:]);  scores = s * exp(logScale) + bias[k]
  loss           single: cross-entropy with label smoothing (1 - e) * onehot + e / K, mean over texts
                 multi, yes-no: binary cross-entropy, mean over texts and labels
                 + weight * divergence: single: mean over texts of KL(p0 || softmax(scores));
                   multi, yes-no: mean over texts and labels of the Bernoulli KL(p0 || sigmoid(scores))
  trainables     tokens [n, H]          word vectors of the template's and then of each label's tokens
                 deep [layers, n, H]    added to the hidden state of the same tokens as each layer begins
                 lowRank.<layer>.<q|v|o|i|d>.<down|up>   x @ down @ up is added to the linear layer, question path only
                 head.weight [3, H], head.bias [3], bias [K], logScale []
  one step       gradients clipped by their common norm: * min(1, clip / (norm + 1e-6)); then torch.optim.AdamW
                 (decoupled decay), rate = group's rate * rateFactors[step]; the same batch at each of the three steps

FILES. A tensor is {"shape": [...], "data": [...]}, row-major; a mask holds 0 and 1.
  toy-encoder/            config.json, tokenizer.json, model.safetensors (F32) and model.float16.safetensors:
                          the very same numbers in F16
  text-pass.json          a list of batches: {texts, ids [B, T], mask [B, T], vectors [B, layers * H], lastHidden [B, T, H]}
                          vectors: per layer the mean over real tokens scaled to length 1, layers side by side;
                          lastHidden at padding is 0 here and anything in the engine
  step-<name>.json        {kind, template, labels, texts,            as a person would write them
                           templateIds, labelIds,                    ids; those of a label end with [SEP]
                           ids, mask,                                [B, T]
                           slots [t + K*h],                          row of `tokens` at each place (padding: 0)
                           positions [t + K*h], labelMask [K, h],
                           targets,                                  single: index per text; else a tensor [B, K]
                           smoothing, divergenceWeight, zeroShot [B, K] (p0),
                           parts, trainables: {name: tensor}, logits [B, K, 3], scores [B, K],
                           loss, taskLoss, divergence,               loss = taskLoss + weight * divergence
                           gradients: {name: tensor}, gradientNorm,  before clipping
                           exactZero: {name: indices},               gradients that are 0 but for rounding: all scores of
                                                                     a text move together; AdamW makes a full step of the
                                                                     rounding, so leave these out when comparing values
                           optimizer: {beta1, beta2, epsilon, clip, rateFactors, groups: {part: {rate, decay}}},
                           losses,                                   before step 1, 2, 3 and after the last
                           after1, after3: {name: tensor}}           part of a name: what stands before its first dot
  contrast.json           text-side low-rank on q, k, v, o, i, d of every layer, trained by contrast:
                          {texts, ids, mask, targets, temperature, trainables, vectors [B, H], loss, terms, gradients}
                          z = last layer's mean over real tokens scaled to length 1; loss = sum of the terms:
                          contrast: mean over the anchors i that have positives P(i) (same target) of
                          -1/|P(i)| sum_p log(exp(z_i.z_p / t) / sum_{a != i} exp(z_i.z_a / t))
                          pair: mean of (1 - z_i.z_j)^2 over pairs of one target + mean of (z_i.z_j)^2 over all other pairs
                          prototype: mean over the anchors of the cross-entropy of cos(z_i, sum of each target's z but z_i) / t
"""
import json
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

GOLDEN = Path(__file__).resolve().parent
LAYERS, HIDDEN, HEADS, INTERMEDIATE, POSITIONS = 2, 32, 4, 64, 64
LINEAR = {"q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
          "o": "attention.output.dense", "i": "intermediate.dense", "d": "output.dense"}
SIZES = {name: (HIDDEN, HIDDEN) for name in "qkvo"} | {"i": (HIDDEN, INTERMEDIATE), "d": (INTERMEDIATE, HIDDEN)}
WORDS = """the a an is was are it this that i we you they my your to of in on for with and or not no yes about very too so but
how what when where who why order parcel refund money card payment account password login app screen crash error bug slow fast
late early broken good great bad terrible happy angry sad love hate thanks please help question problem complaint praise
request delivery shipping price cheap expensive return send sent came arrived never always again today week day new old
text topic sport music science art food travel""".split()
PUNCTUATION = list(".,!?'-:")


# ---- the toy encoder ----

def make_tokenizer():
    letters = [chr(c) for c in range(ord("a"), ord("z") + 1)]
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *PUNCTUATION, *letters, *("##" + c for c in letters), "##s", "##ing",
              "##ed", *WORDS]
    vocabulary = {token: i for i, token in enumerate(dict.fromkeys(tokens))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])])
    return tokenizer


def make_weights(vocabulary):
    """name -> float16 numbers, large enough for attention and Gelu to be far from linear."""
    g = torch.Generator().manual_seed(20261124)
    normal = lambda *shape, scale: torch.randn(shape, generator=g) * scale
    weights = {"embeddings.word_embeddings.weight": normal(vocabulary, HIDDEN, scale=0.5),
               "embeddings.position_embeddings.weight": normal(POSITIONS, HIDDEN, scale=0.3),
               "embeddings.token_type_embeddings.weight": normal(2, HIDDEN, scale=0.3),
               "entailment.weight": normal(3, HIDDEN, scale=0.3), "entailment.bias": normal(3, scale=0.1)}
    norms = ["embeddings.LayerNorm"]
    for n in range(LAYERS):
        for name, path in LINEAR.items():
            inputs, outputs = SIZES[name]
            weights[f"encoder.layer.{n}.{path}.weight"] = normal(outputs, inputs, scale=1.3 / math.sqrt(inputs))
            weights[f"encoder.layer.{n}.{path}.bias"] = normal(outputs, scale=0.1)
        norms += [f"encoder.layer.{n}.attention.output.LayerNorm", f"encoder.layer.{n}.output.LayerNorm"]
    for path in norms:
        weights[f"{path}.weight"] = 1 + normal(HIDDEN, scale=0.1)
        weights[f"{path}.bias"] = normal(HIDDEN, scale=0.1)
    return {name: weight.half() for name, weight in weights.items()}


def write_encoder():
    folder = GOLDEN / "toy-encoder"
    folder.mkdir(exist_ok=True)
    tokenizer = make_tokenizer()
    weights = make_weights(tokenizer.get_vocab_size())
    config = {"architectures": ["BertModel"], "model_type": "bert", "hidden_act": "gelu", "hidden_size": HIDDEN,
              "intermediate_size": INTERMEDIATE, "layer_norm_eps": 1e-12, "max_position_embeddings": POSITIONS,
              "num_attention_heads": HEADS, "num_hidden_layers": LAYERS, "pad_token_id": 0, "position_embedding_type": "absolute",
              "type_vocab_size": 2, "vocab_size": tokenizer.get_vocab_size(),
              "handful": {"layout": "shared-text", "entailment": ["entailment", "neutral", "contradiction"], "max_text_tokens": 32}}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    tokenizer.save(str(folder / "tokenizer.json"))
    save_file({name: w.float() for name, w in weights.items()}, folder / "model.safetensors", {"format": "pt"})
    save_file(weights, folder / "model.float16.safetensors", {"format": "pt"})
    for file in folder.iterdir():
        file.chmod(0o644)
    return tokenizer, weights


# ---- the reference ----

class Reference:
    """The shared-text layout over the toy encoder, in one dtype; `additive` masks by -1e9 instead of by a boolean."""

    def __init__(self, weights, dtype=torch.float64, additive=False):
        self.w, self.dtype, self.additive = {name: w.to(dtype) for name, w in weights.items()}, dtype, additive

    def norm(self, x, path):
        return F.layer_norm(x, (HIDDEN,), self.w[f"{path}.weight"], self.w[f"{path}.bias"], 1e-12)

    def embed(self, words, positions, kind):
        e = "embeddings"
        return self.norm(words + self.w[f"{e}.position_embeddings.weight"][positions] + self.w[f"{e}.token_type_embeddings.weight"][kind],
                         f"{e}.LayerNorm")

    def block(self, n, x, see, past=None, low_rank=None):
        """see [B, 1, Q, P + Q], True = may look; past = (keys, values) [B, heads, P, H / heads]."""
        def linear(name, z):
            y = F.linear(z, self.w[f"encoder.layer.{n}.{LINEAR[name]}.weight"], self.w[f"encoder.layer.{n}.{LINEAR[name]}.bias"])
            down = (low_rank or {}).get(f"lowRank.{n}.{name}.down")
            return y if down is None else y + z @ down @ low_rank[f"lowRank.{n}.{name}.up"]
        split = lambda z: z.view(*z.shape[:2], HEADS, -1).transpose(1, 2)
        q, k, v = (split(linear(name, x)) for name in "qkv")
        keys, values = (k, v) if past is None else (torch.cat([past[0], k], 2), torch.cat([past[1], v], 2))
        weights = q @ keys.transpose(-1, -2) / math.sqrt(HIDDEN // HEADS)
        weights = weights + (~see).to(self.dtype) * -1e9 if self.additive else weights.masked_fill(~see, -math.inf)
        attended = (weights.softmax(-1) @ values).transpose(1, 2).reshape(x.shape)
        x = self.norm(x + linear("o", attended), f"encoder.layer.{n}.attention.output.LayerNorm")
        return self.norm(x + linear("d", F.gelu(linear("i", x))), f"encoder.layer.{n}.output.LayerNorm"), (k, v)

    def text_pass(self, ids, mask, low_rank=None):
        """-> (past per layer, vector per layer [B, H], last hidden state [B, T, H])"""
        x = self.embed(self.w["embeddings.word_embeddings.weight"][ids], torch.arange(ids.shape[1]), 0)
        past, vectors, real = [], [], mask[..., None].to(self.dtype)
        for n in range(LAYERS):
            x, kv = self.block(n, x, mask[:, None, None, :], low_rank=low_rank)
            past.append(kv)
            vectors.append(F.normalize((x * real).sum(1) / real.sum(1), dim=-1))
        return past, vectors, x * real

    def question_pass(self, past, mask, question, p):
        """-> logits [B, K, 3]; p: the trainables"""
        t, label_mask = question["t"], question["labelMask"]
        (K, h), B = label_mask.shape, mask.shape[0]
        x = self.embed(p["tokens"][question["slots"]], question["positions"], 1)[None].expand(B, -1, -1)
        Q = x.shape[1]
        segment = torch.cat([torch.full((t,), -1), torch.arange(K).repeat_interleave(h)])
        real = torch.cat([torch.ones(t, dtype=torch.bool), label_mask.reshape(-1)])
        own = (((segment[:, None] == segment[None]) | (segment[None] == -1)) & real[None]) | torch.eye(Q, dtype=torch.bool)
        see = torch.cat([mask[:, None].expand(-1, Q, -1), own[None].expand(B, -1, -1)], 2)[:, None]
        for n in range(LAYERS):
            if "deep" in p:
                x = x + p["deep"][n][question["slots"]]
            x, _ = self.block(n, x, see, past[n], p)
        read = x[:, t:].reshape(B, K, h, HIDDEN)[:, torch.arange(K), label_mask.sum(1) - 1]
        return F.linear(read, p["head.weight"], p["head.bias"])


def scores_of(logits, p):
    return (logits[..., 0] - torch.logsumexp(logits[..., 1:], -1)) * p["logScale"].exp() + p["bias"]


def losses_of(kind, scores, targets, smoothing, p0):
    """-> (loss of the task, divergence from p0)"""
    if kind == "single":
        log_p = scores.log_softmax(-1)
        return F.cross_entropy(scores, targets, label_smoothing=smoothing), (p0 * (p0.log() - log_p)).sum(-1).mean()
    yes, no = F.logsigmoid(scores), F.logsigmoid(-scores)
    divergence = p0 * (p0.log() - yes) + (1 - p0) * ((1 - p0).log() - no)
    return F.binary_cross_entropy_with_logits(scores, targets), divergence.mean()


def contrast_of(z, targets, temperature):
    same = (targets[:, None] == targets[None]) & ~torch.eye(len(z), dtype=torch.bool)
    similar = (z @ z.T / temperature).masked_fill(torch.eye(len(z), dtype=torch.bool), -math.inf)
    log_p = similar - similar.logsumexp(-1, keepdim=True)
    anchors = same.any(-1)
    return (-log_p.masked_fill(~same, 0).sum(-1)[anchors] / same.sum(-1)[anchors]).mean()


def pair_of(z, targets):
    same = targets[:, None] == targets[None]
    alike, unlike, similar = same & ~torch.eye(len(z), dtype=torch.bool), ~same, z @ z.T
    return ((1 - similar[alike]) ** 2).mean() + (similar[unlike] ** 2).mean()


def prototype_of(z, targets, temperature):
    members = F.one_hot(targets).to(z.dtype)
    without = (members.T @ z)[None] - members[:, :, None] * z[:, None]
    logits = (F.normalize(without, dim=-1) * z[:, None]).sum(-1) / temperature
    anchors = (targets[:, None] == targets[None]).sum(-1) > 1
    return F.cross_entropy(logits[anchors], targets[anchors])


# ---- what is recorded ----

def tensor(x):
    x = x.detach()
    data = x.reshape(-1).tolist() if x.dtype in (torch.bool, torch.long) else [json_number(v) for v in x.reshape(-1).tolist()]
    return {"shape": list(x.shape), "data": [int(v) for v in data] if x.dtype == torch.bool else data}


def json_number(value):
    """The shortest decimal that reads back as the same float32."""
    return Number(np.format_float_scientific(np.float32(value), trim="0", exp_digits=1) if 0 < abs(value) < 1e-4 else str(np.float32(value)))


class Number(float):
    def __new__(cls, text):
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __repr__(self):
        return self.text


def compact(value):
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{compact(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(compact, value)) + "]"
    return repr(value) if isinstance(value, Number) else json.dumps(value)


def write(name, value):
    """One field a line, so that a change shows where it is."""
    fields = [f"{json.dumps(k)}:{compact(v)}" for k, v in value.items()] if isinstance(value, dict) else map(compact, value)
    start, end = "{}" if isinstance(value, dict) else "[]"
    path = GOLDEN / f"{name}.json"
    path.write_text(start + "\n" + ",\n".join(fields) + "\n" + end + "\n")
    print(f"{path.name}: {path.stat().st_size // 1000} kB")


def pad(rows):
    width = max(map(len, rows))
    ids = torch.tensor([row + [0] * (width - len(row)) for row in rows])
    return ids, torch.tensor([[True] * len(row) + [False] * (width - len(row)) for row in rows])


def float32(x):
    return x.float().double()


OPTIMIZER = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "rateFactors": [1.0, 0.75, 0.5],
             "groups": {"tokens": {"rate": 0.01, "decay": 0.01}, "deep": {"rate": 0.005, "decay": 0.0},
                        "lowRank": {"rate": 0.002, "decay": 0.01}, "head": {"rate": 0.001, "decay": 0.1},
                        "bias": {"rate": 0.02, "decay": 0.0}, "logScale": {"rate": 0.02, "decay": 0.0}}}
TEXTS = ["the parcel came late and it was broken", "great app, thanks!", "why?", "i love the new screen but it is too slow",
         "my card payment never arrived. please help me with the refund today"]
LABELS = ["complaint", "praise", "question about delivery", "refund request", "bug", "price", "login or password problem", "food",
          "travel", "music", "very sad", "art"]
CASES = [  # name, kind, texts, labels, template, parts beyond head, bias and scale, clip (5: nothing is clipped)
    ("single-2", "single", 5, LABELS[:2], "this text is about", ("tokens", "deep", "lowRank"), 1.0),
    ("single-3", "single", 5, LABELS[:3], "topic", ("tokens", "deep", "lowRank"), 1.0),
    ("single-12", "single", 4, LABELS, "", ("tokens", "deep", "lowRank"), 1.0),
    ("single-tokens", "single", 3, LABELS[:3], "it is a", ("tokens",), 5.0),
    ("multi-3", "multi", 4, LABELS[2:5], "this text is about", ("tokens", "deep", "lowRank"), 1.0),
    ("multi-12", "multi", 3, LABELS, "topic", ("tokens",), 1.0),
    ("yes-no", "yes-no", 5, ["complaint about a late delivery"], "this text is a", ("tokens", "deep", "lowRank"), 1.0),
    ("yes-no-bare", "yes-no", 3, ["bug"], "", ("tokens", "deep"), 1.0),
]


class Golden:
    def __init__(self):
        self.tokenizer, self.weights = write_encoder()
        self.reference = Reference(self.weights)
        self.sep = self.tokenizer.token_to_id("[SEP]")

    def ids(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def rows(self, texts):
        return pad([self.tokenizer.encode(text).ids for text in texts])

    def text_pass(self):
        batches = []
        for texts in (TEXTS, TEXTS[1:4], ["bug"]):
            ids, mask = self.rows(texts)
            _, vectors, last = self.reference.text_pass(ids, mask)
            batches.append({"texts": texts, "ids": tensor(ids), "mask": tensor(mask), "vectors": tensor(torch.cat(vectors, -1)),
                            "lastHidden": tensor(last)})
        write("text-pass", batches)

    def question(self, template, labels):
        template_ids, label_ids = self.ids(template), [self.ids(label) + [self.sep] for label in labels]
        K, h, t = len(labels), max(map(len, label_ids)), len(template_ids)
        table, index, label_mask = list(template_ids), torch.zeros(K, h, dtype=torch.long), torch.zeros(K, h, dtype=torch.bool)
        for k, ids in enumerate(label_ids):
            for i, token in enumerate(ids):
                index[k, i], label_mask[k, i] = len(table), True
                table.append(token)
        return {"t": t, "table": table, "templateIds": template_ids, "labelIds": label_ids, "labelMask": label_mask,
                "slots": torch.cat([torch.arange(t), index.reshape(-1)]), "positions": torch.cat([torch.arange(t), (t + torch.arange(h)).repeat(K)])}

    def trainables(self, question, parts, generator):
        normal = lambda *shape, scale: float32(torch.randn(shape, generator=generator) * scale)
        n, K = len(question["table"]), len(question["labelIds"])
        p = {"tokens": float32(self.weights["embeddings.word_embeddings.weight"].double()[question["table"]] + normal(n, HIDDEN, scale=0.1))}
        if "deep" in parts:
            p["deep"] = normal(LAYERS, n, HIDDEN, scale=0.1)
        if "lowRank" in parts:
            p |= low_rank_factors("qvoid", normal)
        p["head.weight"] = float32(self.weights["entailment.weight"].double() + normal(3, HIDDEN, scale=0.05))
        p["head.bias"] = float32(self.weights["entailment.bias"].double())
        return p | {"bias": normal(K, scale=0.2), "logScale": normal(scale=0.2)}

    def step(self, name, kind, count, labels, template, parts, clip, seed):
        g = torch.Generator().manual_seed(seed)
        texts, K, B = TEXTS[:count], len(labels), count
        ids, mask = self.rows(texts)
        question = self.question(template, labels)
        start = self.trainables(question, parts, g)
        if kind == "single":
            targets = torch.randint(0, K, (B,), generator=g)
            p0 = float32(torch.softmax(torch.randn(B, K, generator=g), -1))
        else:
            targets = torch.randint(0, 2, (B, K), generator=g).double()
            p0 = float32(torch.sigmoid(torch.randn(B, K, generator=g)))
        smoothing, weight = 0.05 if kind == "single" else 0.0, 1.0

        def run(reference):
            dtype = reference.dtype
            p = {key: value.to(dtype).clone().requires_grad_() for key, value in start.items()}
            past, _, _ = reference.text_pass(ids, mask)
            groups = [dict(params=[value for key, value in p.items() if key.split(".")[0] == part], peak=g["rate"], weight_decay=g["decay"])
                      for part, g in OPTIMIZER["groups"].items()]
            o = OPTIMIZER
            optimizer = torch.optim.AdamW([g for g in groups if g["params"]], lr=1, betas=(o["beta1"], o["beta2"]), eps=o["epsilon"])
            target = targets if kind == "single" else targets.to(dtype)
            out = {"losses": []}

            def forward():
                logits = reference.question_pass(past, mask, question, p)
                scores = scores_of(logits, p)
                task, divergence = losses_of(kind, scores, target, smoothing, p0.to(dtype))
                return logits, scores, task, divergence, task + weight * divergence

            for n, factor in enumerate(o["rateFactors"]):
                logits, scores, task, divergence, loss = forward()
                loss.backward()
                out["losses"].append(loss.item())
                if n == 0:
                    out |= {"logits": logits, "scores": scores, "taskLoss": task.item(), "divergence": divergence.item(),
                            "gradients": {key: value.grad.clone() for key, value in p.items()}}
                norm = torch.nn.utils.clip_grad_norm_(p.values(), clip)
                if n == 0:
                    out["gradientNorm"] = norm.item()
                for group in optimizer.param_groups:
                    group["lr"] = group["peak"] * factor
                optimizer.step()
                optimizer.zero_grad()
                if n in (0, 2):
                    out[f"after{n + 1}"] = {key: value.detach().clone() for key, value in p.items()}
            out["losses"].append(forward()[-1].item())
            return out

        true = run(self.reference)
        exact_zero = {"head.bias": [0]} if kind == "single" else {}
        assert all(true["gradients"][key][places].abs().max() < 1e-15 for key, places in exact_zero.items())
        for label, other in [("float32", run(Reference(self.weights, torch.float32))),
                             ("float32, additive", run(Reference(self.weights, torch.float32, additive=True)))]:
            for what in ("after1", "after3"):
                for key, places in exact_zero.items():
                    other[what][key][places] = true[what][key][places].to(other[what][key].dtype)
            far = {what: max((relative(other[what][key], true[what][key]), key) for key in start) for what in ("gradients", "after1", "after3")}
            print(f"  {name} against {label}: loss {abs(other['losses'][0] - true['losses'][0]):.1e}", *(f"{k} {v:.1e} ({key})" for k, (v, key) in far.items()))
            assert all(v < 1e-5 for v, _ in far.values()) and abs(other["losses"][0] - true["losses"][0]) < 2e-6
        named = lambda values: {key: tensor(value) for key, value in values.items()}
        number = json_number
        write(f"step-{name}", {
            "kind": kind, "template": template, "labels": labels, "texts": texts, "templateIds": question["templateIds"],
            "labelIds": question["labelIds"], "ids": tensor(ids), "mask": tensor(mask), "slots": question["slots"].tolist(),
            "positions": question["positions"].tolist(), "labelMask": tensor(question["labelMask"]),
            "targets": targets.tolist() if kind == "single" else tensor(targets), "smoothing": smoothing, "divergenceWeight": weight,
            "zeroShot": tensor(p0), "parts": [*parts, "head", "bias", "logScale"], "trainables": named(start), "logits": tensor(true["logits"]),
            "scores": tensor(true["scores"]), "loss": number(true["losses"][0]), "taskLoss": number(true["taskLoss"]),
            "divergence": number(true["divergence"]), "gradients": named(true["gradients"]), "gradientNorm": number(true["gradientNorm"]),
            "exactZero": exact_zero, "optimizer": OPTIMIZER | {"clip": clip}, "losses": [number(v) for v in true["losses"]], "after1": named(true["after1"]), "after3": named(true["after3"])})
        print(f"  norm {true['gradientNorm']:.3f}, losses", *(f"{v:.4f}" for v in true["losses"]))

    def contrast(self):
        g = torch.Generator().manual_seed(99)
        texts = [*TEXTS, "good food", "the parcel was late again", "music"]
        targets = torch.tensor([0, 1, 2, 1, 0, 3, 0, 2])
        ids, mask = self.rows(texts)
        p = low_rank_factors("qkvoid", lambda *shape, scale: float32(torch.randn(shape, generator=g) * scale))
        for value in p.values():
            value.requires_grad_()
        z = self.reference.text_pass(ids, mask, p)[1][-1]
        terms = {"contrast": contrast_of(z, targets, 0.1), "pair": pair_of(z, targets), "prototype": prototype_of(z, targets, 0.1)}
        loss = sum(terms.values())
        loss.backward()
        write("contrast", {"texts": texts, "ids": tensor(ids), "mask": tensor(mask), "targets": targets.tolist(), "temperature": 0.1,
                           "trainables": {k: tensor(v) for k, v in p.items()}, "vectors": tensor(z), "loss": json_number(loss.item()),
                           "terms": {k: json_number(v.item()) for k, v in terms.items()},
                           "gradients": {k: tensor(v.grad) for k, v in p.items()}})


def low_rank_factors(names, normal, rank=2):
    p = {}
    for n in range(LAYERS):
        for name in names:
            inputs, outputs = SIZES[name]
            p[f"lowRank.{n}.{name}.down"] = normal(inputs, rank, scale=1 / math.sqrt(inputs))
            p[f"lowRank.{n}.{name}.up"] = normal(rank, outputs, scale=0.2)
    return p


def relative(ours, true):
    return ((ours.double() - true).norm() / true.norm().clamp_min(1e-12)).item()


if __name__ == "__main__":
    torch.set_num_threads(1)
    golden = Golden()
    golden.text_pass()
    for seed, case in enumerate(CASES):
        golden.step(*case, seed=seed)
    golden.contrast()
