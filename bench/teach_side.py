"""The PyTorch side of bench/teach.ts: the same teaching steps as one would write them for speed in eager mode, in padded batches."""
import base64
import json
import time
from pathlib import Path

from side import need, serve

need({"torch": "torch", "safetensors": "safetensors"})
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

LINEAR = {"q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
          "o": "attention.output.dense", "i": "intermediate.dense", "d": "output.dense"}
WORDS = "embeddings.word_embeddings.weight"
ALLOWED = {"entailment": [0], "neutral": [1], "contradiction": [2], "not_entailment": [1, 2]}


class Batch:
    """Rows as rectangles, made once: the clock measures steps alone."""

    def __init__(self, step, layers, labels_weight):
        rows = step["rows"]
        B, L = len(rows), max(len(row["ids"]) for row in rows)
        self.ids, self.positions, self.kinds = (torch.zeros(B, L, dtype=torch.long) for _ in range(3))
        part = torch.full((B, L), -9)
        self.average = torch.zeros((B + 1) // 2, B, L)
        self.at, forbidden, weights, groups = [], [], [], []
        ranked = sum(len(row["closings"]) for row in rows if row["isRanked"])
        plain = sum(len(row["closings"]) for row in rows) - ranked
        for b, row in enumerate(rows):
            n, t = len(row["ids"]), row["textTokens"]
            self.ids[b, :n], self.positions[b, :n] = torch.tensor(row["ids"]), torch.tensor(row["positions"])
            self.kinds[b, t:n] = 1
            part[b, :t], part[b, t:t + row["templateTokens"]] = -2, -1
            start = t + row["templateTokens"]
            if row["isRanked"]:
                groups.append((range(len(self.at), len(self.at) + len(row["closings"])), row["answers"].index("entailment")))
            for k, (closing, answer) in enumerate(zip(row["closings"], row["answers"])):
                part[b, start:closing + 1], start = k, closing + 1
                self.at.append(b * L + closing)
                forbidden.append([i not in ALLOWED[answer] for i in range(3)])
                weights.append(labels_weight / ranked if row["isRanked"] else 1 / plain)
            if b % 2 == 0:
                self.average[b // 2, b, :t] = 1 / t
        at, other = part[:, :, None], part[:, None]
        self.see = ((other == at) | ((other == -2) & (at != -9)) | ((other == -1) & (at >= -1)))[:, None]
        self.at, self.forbidden, self.weights = torch.tensor(self.at), torch.tensor(forbidden), torch.tensor(weights)
        self.candidates = torch.full((max(1, len(groups)), len(self.at)), -1e9)
        self.right, self.ranked = torch.zeros(len(self.candidates), dtype=torch.long), len(groups)
        for g, (places, right) in enumerate(groups):
            self.candidates[g, list(places)], self.right[g] = 0, places[right]
        self.base = torch.frombuffer(bytearray(base64.b64decode(step["base"])), dtype=torch.float32).view(len(self.average), layers, -1)


class Teaching:
    def __init__(self, request):
        self.config = json.loads((Path(request["encoder"]) / "config.json").read_text())
        self.w = {name: w.float() for name, w in load_file(Path(request["encoder"]) / "model.safetensors").items()}
        self.taught = [w.requires_grad_() for name, w in self.w.items() if name != WORDS]
        groups = [{"params": [w for w in self.taught if (w.dim() == 2) == matrix], "weight_decay": decay}
                  for matrix, decay in ((True, request["decay"]), (False, 0.0))]
        self.optimizer = torch.optim.AdamW(groups, lr=request["rate"], fused=True)
        self.weights, self.longest = request["weights"], request["longestGradient"]
        self.batches = [Batch(step, self.config["num_hidden_layers"], self.weights["labels"]) for step in request["steps"]]

    def norm(self, x, path):
        return F.layer_norm(x, x.shape[-1:], self.w[f"{path}.weight"], self.w[f"{path}.bias"], self.config["layer_norm_eps"])

    def loss(self, b):
        w, heads, e = self.w, self.config["num_attention_heads"], "embeddings"
        x = F.embedding(b.ids, w[WORDS]) + F.embedding(b.positions, w[f"{e}.position_embeddings.weight"])
        x = self.norm(x + F.embedding(b.kinds, w[f"{e}.token_type_embeddings.weight"]), f"{e}.LayerNorm")
        means = []
        for n in range(self.config["num_hidden_layers"]):
            path = f"encoder.layer.{n}"
            linear = lambda name, z: F.linear(z, w[f"{path}.{LINEAR[name]}.weight"], w[f"{path}.{LINEAR[name]}.bias"])
            q, k, v = (linear(name, x).unflatten(-1, (heads, -1)).transpose(1, 2) for name in "qkv")
            seen = F.scaled_dot_product_attention(q, k, v, b.see).transpose(1, 2).flatten(2)
            x = self.norm(x + linear("o", seen), f"{path}.attention.output.LayerNorm")
            x = self.norm(x + linear("d", F.gelu(linear("i", x))), f"{path}.output.LayerNorm")
            means.append(F.normalize(b.average.flatten(1) @ x.flatten(0, 1), dim=-1))
        logits = F.linear(x.flatten(0, 1)[b.at], w["entailment.weight"], w["entailment.bias"])
        missed = logits.logsumexp(-1) - logits.masked_fill(b.forbidden, -1e9).logsumexp(-1)
        scores = logits[:, 0] - logits[:, 1:].logsumexp(-1)
        ranking = F.cross_entropy(scores + b.candidates, b.right) if b.ranked else 0
        distillation = 1 - (torch.stack(means, 1) * b.base).sum(-1).mean()
        return (missed * b.weights).sum() + self.weights["ranking"] * ranking + self.weights["distillation"] * distillation

    def step(self, batch):
        self.optimizer.zero_grad()
        loss = self.loss(batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.taught, self.longest)
        self.optimizer.step()
        return loss.item()


teaching = None


def answer(request):
    global teaching
    if "run" not in request:
        teaching = Teaching(request)
        return {}
    start = time.perf_counter()
    losses = [teaching.step(batch) for batch in teaching.batches]
    return {"losses": losses, "seconds": time.perf_counter() - start}


serve(answer)
