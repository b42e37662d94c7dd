"""Full tuning for bench/quality.ts: every number of our encoder learns from the labelled texts by the entailment loss.

A reference only: nothing is held to the answers before training, nothing is stacked. AdamW at 5e-5, 60 steps of 32 texts.
"""
import base64
import time

from side import need, serve

need({"torch": "torch", "numpy": "numpy", "safetensors": "safetensors"})
import torch
import torch.nn.functional as F

from step_side import Encoder, pad

STEPS, BATCH, WARM_UP, RATE, SMOOTHING = 60, 32, 5, 5e-5, 0.05


class Asked:
    """A question about texts: the shared-text layout with gradients everywhere."""

    def __init__(self, encoder, question):
        self.encoder = encoder
        self.ids, self.positions = torch.tensor(question["ids"]), torch.tensor(question["positions"])
        self.closing = torch.tensor([label["closing"] for label in question["labels"]])
        self.own = torch.zeros(len(self.ids), len(self.ids), dtype=torch.bool)
        self.own[:, :question["templateTokens"]] = True
        for label in question["labels"]:
            places = slice(label["start"], label["closing"] + 1)
            self.own[places, places] = True

    def scores(self, ids, mask):
        """ids, mask [B, T] -> log-odds of entailment [B, K]"""
        encoder, B = self.encoder, len(ids)
        past, _ = encoder.text_pass(mask, encoder.begin(ids), range(encoder.layers))
        see = torch.cat([mask[:, None].expand(-1, len(self.own), -1), self.own.expand(B, -1, -1)], 2)[:, None]

        def attend(n, q, k, v):
            last = n == encoder.layers - 1
            q, k, v = (encoder.split(z).expand(B, -1, -1, -1) for z in (q, k, v))
            keys, values = (torch.cat([kept, z], 2) for kept, z in zip(past[n], (k, v)))
            seen = F.scaled_dot_product_attention(q, keys, values, see[:, :, self.closing] if last else see)
            return seen.transpose(1, 2).flatten(2)

        x = encoder.embed(encoder.words(self.ids), self.positions, 1)[None]
        for n in range(encoder.layers):
            x = encoder.layer(n, x, attend, x[:, self.closing] if n == encoder.layers - 1 else None)
        logits = F.linear(x, encoder.w["entailment.weight"], encoder.w["entailment.bias"])
        return logits[..., 0] - torch.logsumexp(logits[..., 1:], -1)


def batches(count):
    """Rows in random order, again and again."""
    waiting = []
    while True:
        while len(waiting) < min(BATCH, count):
            waiting += torch.randperm(count).tolist()
        yield waiting[:BATCH]
        waiting = waiting[BATCH:]


def answer(request):
    torch.set_num_threads(request["threads"])
    torch.set_float32_matmul_precision("medium" if request["fastMatmul"] else "highest")
    torch.manual_seed(request["seed"])
    start = time.perf_counter()
    encoder = Encoder(request["encoder"])
    learned = [weights.requires_grad_() for weights in encoder.w.values() if weights.is_floating_point()]
    asked = Asked(encoder, request["question"])
    rows, K, single = request["trainIds"], len(request["labels"]), request["kind"] == "single"
    targets = torch.zeros(len(rows), K)
    for row, (_, labels) in enumerate(request["train"]):
        targets[row, labels] = 1
    optimizer = torch.optim.AdamW(learned, lr=RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / WARM_UP, (STEPS - step) / (STEPS - WARM_UP)))
    for _, batch in zip(range(STEPS), batches(len(rows))):
        scores = asked.scores(*pad([rows[row] for row in batch]))
        loss = (F.cross_entropy(scores, targets[batch], label_smoothing=SMOOTHING) if single
                else F.binary_cross_entropy_with_logits(scores, targets[batch]))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step(), schedule.step()
    seconds = time.perf_counter() - start
    order = sorted(range(len(request["testIds"])), key=lambda row: len(request["testIds"][row]))
    found = torch.empty(len(order), K)
    with torch.inference_mode():
        for at in range(0, len(order), 64):
            some = order[at:at + 64]
            found[some] = asked.scores(*pad([request["testIds"][row] for row in some]))
    found = found.softmax(-1) if single else found.sigmoid()
    numbers = sum(weights.numel() for weights in learned)
    return {"confidence": base64.b64encode(found.numpy().astype("<f4").tobytes()).decode(), "seconds": seconds,
            "learned": numbers, "base": numbers, "cpu": time.process_time()}


if __name__ == "__main__":
    serve(answer)
