"""The PyTorch side of bench/step.ts: the same training steps, written as one would for speed in eager mode.

What saves sums on our side saves them here: labels without padding, many of them in groups, one sum for all texts up to the
first attention, only the closing tokens in the last layer, texts' keys and values kept, and what layers without updates make of
them. The losses are those of tests/golden/make_golden.py.
"""
import base64
import json
import sys
import time
from pathlib import Path

from side import need, serve

need({"torch": "torch", "numpy": "numpy", "safetensors": "safetensors", "tokenizers": "tokenizers"})
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests/golden"))
from make_golden import LINEAR, contrast_of, losses_of, pair_of, prototype_of, scores_of


class Encoder:
    """The BERT family, float32."""

    def __init__(self, folder):
        self.config = json.loads((Path(folder) / "config.json").read_text())
        self.w = {name: w.float() for name, w in load_file(Path(folder) / "model.safetensors").items()}
        self.layers, self.heads = self.config["num_hidden_layers"], self.config["num_attention_heads"]

    def norm(self, x, path):
        return F.layer_norm(x, x.shape[-1:], self.w[f"{path}.weight"], self.w[f"{path}.bias"], self.config["layer_norm_eps"])

    def words(self, ids):
        return self.w["embeddings.word_embeddings.weight"][ids]

    def embed(self, words, positions, kind):
        places, kinds = (self.w[f"embeddings.{name}_embeddings.weight"] for name in ("position", "token_type"))
        return self.norm(words + places[positions] + kinds[kind], "embeddings.LayerNorm")

    def split(self, x):
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def layer(self, n, x, attend, queries=None, low_rank=None):
        def linear(name, z):
            path = f"encoder.layer.{n}.{LINEAR[name]}"
            y = F.linear(z, self.w[f"{path}.weight"], self.w[f"{path}.bias"])
            return y if low_rank is None else y + z @ low_rank[f"text.{n}.{name}.down"] @ low_rank[f"text.{n}.{name}.up"]

        queries = x if queries is None else queries
        seen = attend(n, linear("q", queries), linear("k", x), linear("v", x))
        x = self.norm(queries + linear("o", seen), f"encoder.layer.{n}.attention.output.LayerNorm")
        return self.norm(x + linear("d", F.gelu(linear("i", x))), f"encoder.layer.{n}.output.LayerNorm")

    def text_pass(self, mask, x, layers, low_rank=None):
        """x: the states [B, T, H] before the layers -> (keys and values of each, states after them)"""
        kept, see = [], mask[:, None, None]

        def attend(n, q, k, v):
            q, k, v = map(self.split, (q, k, v))
            kept.append((k, v))
            return F.scaled_dot_product_attention(q, k, v, see).transpose(1, 2).flatten(2)

        for n in layers:
            x = self.layer(n, x, attend, low_rank=low_rank)
        return kept, x

    def begin(self, ids):
        return self.embed(self.words(ids), torch.arange(ids.shape[1]), 0)


def question_loss(encoder, request, p, ids, mask):
    """-> a function that computes the loss of the step"""
    with torch.no_grad():
        past, _ = encoder.text_pass(mask, encoder.begin(ids), range(encoder.layers))
    asked, B = request["groups"], len(ids)
    tokens, positions, label = (torch.tensor(asked[name]) for name in ("tokens", "positions", "labels"))
    G, P = tokens.shape
    own = (torch.arange(P) < asked["template"]) | ((label[:, :, None] == label[:, None]) & (label >= 0)[:, :, None])
    see = torch.cat([mask[:, None, None].expand(-1, G, P, -1), own.expand(B, -1, -1, -1)], 3)
    # In the last layer a group is asked at its labels' closing tokens; where it has fewer labels, at its first place too.
    closing = torch.tensor(asked["closing"])
    group, count = closing // P, torch.bincount(closing // P, minlength=G)
    slot = torch.cat([torch.arange(n) for n in count])
    last = (torch.arange(G) * P)[:, None].repeat(1, count.max())
    last[group, slot] = closing
    see_last = see.flatten(1, 2)[:, last]
    sees = [z.flatten(0, 1)[:, None] for z in (see, see_last)]
    past = [[z[:, None].expand(-1, G, -1, -1, -1).flatten(0, 1) for z in kept] for kept in past]
    targets, K = torch.tensor(request["target"]), len(closing)
    prior = decode(request["prior"]).view(B, K)

    def split(z):
        """[1 or B, G * places, H] -> [B * G, heads, places, width]"""
        return z.view(len(z), G, -1, z.shape[-1]).expand(B, -1, -1, -1).flatten(0, 1).unflatten(-1, (encoder.heads, -1)).transpose(1, 2)

    def attend(n, q, k, v):
        keys, values = (torch.cat([kept, split(z)], 2) for kept, z in zip(past[n], (k, v)))
        seen = F.scaled_dot_product_attention(split(q), keys, values, sees[n == encoder.layers - 1])
        return seen.transpose(1, 2).reshape(B, -1, q.shape[-1])

    def loss():
        words = p["tokens"][tokens.clamp(min=0)] if G > 1 else p["tokens"]
        x = encoder.embed(words, positions, 1).view(1, G * P, -1)
        for n in range(encoder.layers):
            x = encoder.layer(n, x, attend, x[:, last.flatten()] if n == encoder.layers - 1 else None)
        x = x[:, group * last.shape[1] + slot]
        scores = scores_of(F.linear(x, p["head.weight"], p["head.bias"]), p)
        task, divergence = losses_of("single", scores, targets, request["smoothing"], prior)
        return task + request["divergenceWeight"] * divergence

    return loss


def contrast_loss(encoder, request, p, ids, mask):
    """-> a function that computes the loss of the step"""
    targets, temperature = torch.tensor(request["target"]), request["temperature"]
    first, real = request["firstLayer"], mask[..., None].float()
    with torch.no_grad():
        states = encoder.text_pass(mask, encoder.begin(ids), range(first))[1]

    def loss():
        x = encoder.text_pass(mask, states, range(first, encoder.layers), p)[1]
        z = F.normalize((x * real).sum(1) / real.sum(1), dim=-1)
        return contrast_of(z, targets, temperature) + pair_of(z, targets) + prototype_of(z, targets, temperature)

    return loss


def decode(text):
    return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=torch.float32).clone()


def pad(rows):
    ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
    mask = torch.zeros_like(ids, dtype=torch.bool)
    for i, row in enumerate(rows):
        ids[i, :len(row)], mask[i, :len(row)] = torch.tensor(row), True
    return ids, mask


class Case:
    def __init__(self, request):
        flat, offset, self.p, groups = decode(request["parameters"]), 0, {}, []
        for place in request["places"]:
            size = torch.Size(place["shape"]).numel()
            value = flat[offset:offset + size].view(place["shape"]).clone().requires_grad_()
            offset += size
            self.p[place["name"]] = value
            groups.append({"params": [value], "lr": place["rate"], "weight_decay": place["decay"]})
        self.optimizer = torch.optim.AdamW(groups, fused=True)
        losses = {"question": question_loss, "contrast": contrast_loss}
        self.loss = losses[request["kind"]](Encoder(request["encoder"]), request, self.p, *pad(request["rows"]))
        self.longest = request["longestGradient"]

    def step(self):
        self.optimizer.zero_grad()
        loss = self.loss()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.p.values(), self.longest)
        self.optimizer.step()
        return loss.item()


case = None


def answer(request):
    global case
    if "steps" not in request:
        case = Case(request)
        return {}
    start = time.perf_counter()
    losses = [case.step() for _ in range(request["steps"])]
    return {"losses": losses, "msPerStep": (time.perf_counter() - start) * 1000 / request["steps"]}


if __name__ == "__main__":
    serve(answer)
