"""Times matrix products in numpy (OpenBLAS) or PyTorch (MKL, oneDNN): reads [[m, n, k], …] from standard input, prints [[seconds, …], …]."""

import json
import sys
import time

library, precision, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
results = []
for m, n, k in json.load(sys.stdin):
    if library == "numpy":
        import numpy

        a, b = numpy.ones((m, k), numpy.float32), numpy.ones((k, n), numpy.float32)
        out = numpy.empty((m, n), numpy.float32)
        multiply = lambda: numpy.matmul(a, b, out=out)
    else:
        import torch

        kind = torch.bfloat16 if precision == "bf16" else torch.float32
        a, b, out = torch.ones((m, k), dtype=kind), torch.ones((k, n), dtype=kind), torch.empty((m, n), dtype=kind)
        multiply = lambda: torch.matmul(a, b, out=out)
    for _ in range(5):  # threads, pages, packed weights
        multiply()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        multiply()
        times.append(time.perf_counter() - started)
    results.append(times)
print(json.dumps(results))
