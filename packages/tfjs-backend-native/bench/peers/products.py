"""Times matrix products in numpy (OpenBLAS) or PyTorch (oneDNN, bfloat16): reads [[m, n, k], …] from standard input, prints [[seconds, …], …]."""

import json
import sys
import time

library, rounds = sys.argv[1], int(sys.argv[2])
results = []
for m, n, k in json.load(sys.stdin):
    if library == "numpy":
        import numpy

        a, b = numpy.ones((m, k), numpy.float32), numpy.ones((k, n), numpy.float32)
        out = numpy.empty((m, n), numpy.float32)
        multiply = lambda: numpy.matmul(a, b, out=out)
    else:
        import torch

        a, b = torch.ones((m, k), dtype=torch.bfloat16), torch.ones((k, n), dtype=torch.bfloat16)
        out = torch.empty((m, n), dtype=torch.bfloat16)
        multiply = lambda: torch.matmul(a, b, out=out)
    multiply()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        multiply()
        times.append(time.perf_counter() - started)
    results.append(times)
print(json.dumps(results))
