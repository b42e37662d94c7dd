"""Writes teaching.json: three steps of intermediate training of the toy encoder, in float64 from float32 numbers.

python3 tests/golden/make_teaching.py      (needs what make_golden.py needs, and its toy encoder)

{asked: [{text, template, hypotheses: [[words, answer]], ranked}], labelsWeight, distillationWeight, rate, decay, clip,
 base [3, layers * H]: what the mean vectors of every other text should be, each layer's of length 1
 loss, terms: {pair, ranking, distillation}, gradients: {name: tensor},   before clipping, at the first step
 losses}                                                                  before steps 1, 2, 3 and after the last

Each row is computed alone, as one sequence [CLS] text [SEP] | template | hypothesis [SEP] | ...: positions 0.. in the text, 0.. in the
template, from the template's length on in each hypothesis; type 0 for the text, 1 for the rest. Text sees text; template sees text and
template; a hypothesis sees both and itself.
  pair          mean over premises' hypotheses, plus labelsWeight * mean over labelled texts' hypotheses, of -log of the probability of
                what the answer allows (not_entailment: neutral or contradiction)
  ranking       mean over labelled texts of the cross-entropy of the right one among the scores e - logsumexp(n, c)
  distillation  1 - mean over every other text (the first, the third, ...) and all layers of the cosine between its mean vector and the base's
The gradient of a linear map is given as [in, out].
"""
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

from make_golden import GOLDEN, HIDDEN, LAYERS, Reference, float32, tensor, write
from tokenizers import Tokenizer

ANSWERS = {"entailment": [0], "neutral": [1], "contradiction": [2], "not_entailment": [1, 2]}
ASKED = [
    {"text": "the parcel came late and it was broken", "template": "", "ranked": False,
     "hypotheses": [["the parcel was not good", "entailment"], ["it is great", "contradiction"]]},
    {"text": "great app, thanks!", "template": "this text is", "ranked": True,
     "hypotheses": [["bad", "not_entailment"], ["good", "entailment"], ["about food", "not_entailment"]]},
    {"text": "my card payment never arrived. please help me", "template": "", "ranked": False,
     "hypotheses": [["they love my music", "not_entailment"]]},
    {"text": "i love the new screen but it is too slow", "template": "the topic is", "ranked": True,
     "hypotheses": [["app", "entailment"], ["travel", "not_entailment"]]},
    {"text": "why?", "template": "", "ranked": False, "hypotheses": [["it is art", "neutral"]]},
]
LABELS_WEIGHT, DISTILLATION_WEIGHT, RATE, DECAY, CLIP = 0.5, 3.0, 2e-3, 0.05, 1.0
WORDS = "embeddings.word_embeddings.weight"


def read_row(reference, tokenizer, asked):
    """-> (logits [hypotheses, 3], mean vector of each layer over the text)"""
    ids_of = lambda text: tokenizer.encode(text, add_special_tokens=False).ids
    special = {name: tokenizer.token_to_id(name) for name in ("[CLS]", "[SEP]")}
    text = [special["[CLS]"], *ids_of(asked["text"]), special["[SEP]"]]
    template = ids_of(asked["template"])
    ids, positions, part, closing = text + template, [*range(len(text)), *range(len(template))], [-2] * len(text) + [-1] * len(template), []
    for k, (words, _) in enumerate(asked["hypotheses"]):
        own = [*ids_of(words), special["[SEP]"]]
        ids, part = ids + own, part + [k] * len(own)
        positions += range(len(template), len(template) + len(own))
        closing.append(len(ids) - 1)
    part = torch.tensor(part)
    at, other = part[:, None], part[None]
    see = (other == at) | (other == -2) | ((other == -1) & (at != -2))
    w = reference.w
    x = reference.embed(w[WORDS][torch.tensor(ids)], torch.tensor(positions), (part != -2).long())[None]
    means = []
    for n in range(LAYERS):
        x, _ = reference.block(n, x, see[None, None])
        means.append(F.normalize(x[0, part == -2].mean(0), dim=-1))
    return F.linear(x[0, closing], w["entailment.weight"], w["entailment.bias"]), means


def losses(reference, base, tokenizer):
    premises, labelled, ranked, likeness = [], [], [], []
    for i, asked in enumerate(ASKED):
        logits, means = read_row(reference, tokenizer, asked)
        for row, (_, answer) in zip(logits.log_softmax(-1), asked["hypotheses"]):
            (labelled if asked["ranked"] else premises).append(-torch.logsumexp(row[ANSWERS[answer]], 0))
        if asked["ranked"]:
            scores = logits[:, 0] - torch.logsumexp(logits[:, 1:], -1)
            right = [answer for _, answer in asked["hypotheses"]].index("entailment")
            ranked.append(F.cross_entropy(scores[None], torch.tensor([right])))
        if i % 2 == 0:
            likeness += [mean @ kept for mean, kept in zip(means, base[i // 2])]
    mean = lambda values: torch.stack(values).mean()
    return {"pair": mean(premises) + LABELS_WEIGHT * mean(labelled), "ranking": mean(ranked), "distillation": 1 - mean(likeness)}


def total(terms):
    return terms["pair"] + terms["ranking"] + DISTILLATION_WEIGHT * terms["distillation"]


def main():
    tokenizer = Tokenizer.from_file(str(GOLDEN / "toy-encoder/tokenizer.json"))
    stored = load_file(GOLDEN / "toy-encoder/model.safetensors")
    compared = (len(ASKED) + 1) // 2
    base = float32(F.normalize(torch.randn(compared, LAYERS, HIDDEN, generator=torch.Generator().manual_seed(7)), dim=-1))
    reference = Reference(stored)
    taught = {name: w.requires_grad_() for name, w in reference.w.items() if name != WORDS}
    groups = [{"params": [w for w in taught.values() if (w.dim() == 2) == matrix], "weight_decay": decay} for matrix, decay in ((True, DECAY), (False, 0.0))]
    optimizer = torch.optim.AdamW(groups, lr=RATE)
    found = []
    for step in range(4):
        terms = losses(reference, base, tokenizer)
        found.append(total(terms).item())
        optimizer.zero_grad()
        total(terms).backward()
        if step == 0:
            turn = lambda name, g: g.T if g.dim() == 2 and not name.startswith("embeddings.") else g
            first = {"loss": found[0], "terms": {name: term.item() for name, term in terms.items()},
                     "gradients": {name: tensor(turn(name, w.grad)) for name, w in taught.items()}}
        torch.nn.utils.clip_grad_norm_(taught.values(), CLIP)
        optimizer.step()
    write("teaching", {"asked": ASKED, "labelsWeight": LABELS_WEIGHT, "distillationWeight": DISTILLATION_WEIGHT, "rate": RATE, "decay": DECAY,
                       "clip": CLIP, "base": tensor(base.flatten(1)), **first, "losses": found})


main()
