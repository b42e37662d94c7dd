"""What the Python sides of the benchmarks share: asked in JSON lines on stdin, they answer in JSON lines on stdout."""
import importlib
import json
import os
import sys
import time


# Answers alone go to stdout; whatever else prints, packages on being imported included, prints to stderr.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def need(packages):
    """packages: {name to import: name to install}. Ends with a sentence when one is missing."""
    missing = []
    for module, package in packages.items():
        try:
            importlib.import_module(module)
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
            missing.append(package)
    if missing:
        sys.exit(f"{sys.executable} lacks {' and '.join(missing)}. Install with: {sys.executable} -m pip install {' '.join(missing)}\n"
                 "or name another Python in the environment variable HANDFUL_PYTHON.")


def serve(answer):
    """answer: a request (dict) -> an answer (dict)."""
    for line in sys.stdin:
        request = json.loads(line)
        found = trial(request["trialThreads"]) if "trialThreads" in request else answer(request)
        print(json.dumps(found), file=answers, flush=True)


def trial(threads):
    """Milliseconds of sums as an encoder does them, the median of seven; sets the number of threads for good."""
    import torch

    torch.set_num_threads(threads)
    x, up, down = torch.randn(256, 384), torch.randn(1536, 384), torch.randn(384, 1536)
    times = []
    for _ in range(8):
        start = time.perf_counter()
        for _ in range(12):
            torch.nn.functional.gelu(x @ up.T) @ down.T
        times.append((time.perf_counter() - start) * 1000)
    return {"ms": sorted(times[1:])[3]}
