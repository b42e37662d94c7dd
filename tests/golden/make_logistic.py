"""Writes logistic.json: what scikit-learn's LogisticRegression (1.9) makes of small data.

python3 tests/golden/make_logistic.py

Solver newton-cholesky: the same objective as the default lbfgs, which stops at the precision of the loss, here with slopes of
4e-8 left; that is 1e-4 in a bias that nearly separable data hardly determines.

A list of {name, kind, n, d, k, c, x [n, d], targets, sampleWeights or null, weights [k, d], bias [k]}. kind softmax: targets are labels [n];
two labels: scikit-learn gives the vector of the second, w and b; here (-w / 2, w / 2). kind sigmoid: one fit per label, targets [n, k].
"""
import json
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

rng = np.random.default_rng(5)


def fit(x, y, c, sample_weights):
    return LogisticRegression(C=c, solver="newton-cholesky", tol=1e-12, max_iter=1000).fit(x, y, sample_weights)


def case(name, kind, n, d, k, c, weighted=False, repeated=0):
    x = rng.normal(size=(n, d)) * rng.uniform(0.2, 2, size=d) + rng.normal(size=d)
    for i in range(repeated):
        x[n - 1 - i] = x[i]
    x = x.astype(np.float32).astype(float)
    sample_weights = np.round(rng.uniform(0.5, 2, size=n), 2) if weighted else None
    if kind == "softmax":
        targets = np.arange(n) % k
        model = fit(x, targets, c, sample_weights)
        weights, bias = model.coef_, model.intercept_
        if k == 2:
            weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    else:
        targets = (rng.uniform(size=(n, k)) < 0.4).astype(int)
        models = [fit(x, targets[:, label], c, sample_weights) for label in range(k)]
        weights, bias = np.vstack([m.coef_ for m in models]), np.concatenate([m.intercept_ for m in models])
    number = lambda values: [float(f"{v:.9g}") for v in np.asarray(values).reshape(-1)]
    return {"name": name, "kind": kind, "n": n, "d": d, "k": k, "c": c, "x": number(x), "targets": targets.reshape(-1).tolist(),
            "sampleWeights": None if sample_weights is None else sample_weights.tolist(), "weights": number(weights), "bias": number(bias)}


cases = [
    case("three labels", "softmax", 24, 5, 3, 2.0),
    case("two labels", "softmax", 15, 4, 2, 10.0),
    case("weighted rows", "softmax", 21, 3, 4, 0.5, weighted=True),
    case("fewer rows than dimensions", "softmax", 10, 40, 3, 10.0),
    case("repeated rows, fewer than dimensions", "softmax", 12, 30, 4, 10.0, repeated=4),
    case("three questions", "sigmoid", 20, 5, 3, 1.0),
    case("one question, fewer rows than dimensions", "sigmoid", 11, 30, 1, 10.0),
    case("weighted questions", "sigmoid", 18, 4, 2, 3.0, weighted=True),
]
path = Path(__file__).with_name("logistic.json")
path.write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
print(len(cases), "cases,", path.stat().st_size // 1000, "kB")
