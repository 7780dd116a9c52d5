"""The matrix product beside numpy's (OpenBLAS) and PyTorch's (oneDNN, MKL), taking turns in one process.

    npm run build:native && python bench/beside/gemm.py [f32|bf16] [rounds] [threads]

Needs numpy, torch and g++. One thread is measured by the processor time that it used, which other work on the machine disturbs less; more
by the clock. The best of each counts, and the peak is that of one thread times their number.
"""
import ctypes, glob, os, subprocess, sys, tempfile, time

precision = sys.argv[1] if len(sys.argv) > 1 else "f32"
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
threads = int(sys.argv[3]) if len(sys.argv) > 3 else 1
os.environ["OPENBLAS_NUM_THREADS"] = str(threads)
import numpy, torch  # noqa: E402

torch.set_num_threads(threads)
package = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
library = os.path.join(tempfile.mkdtemp(), "gemm.so")
objects = [o for o in glob.glob(f"{package}/build/Release/objects/*.o") if "/bindings-" not in o]
source = f"{package}/bench/beside/gemm.cpp"
subprocess.check_call(["g++", "-std=c++20", "-O2", "-shared", "-fPIC", "-pthread", f"-I{package}/native", source, *objects, "-o", library])
own = ctypes.CDLL(library)
own.peak.restype = ctypes.c_double
own.set_threads(threads)
clock = time.thread_time if threads == 1 else time.perf_counter

shapes = [("cube 1024", 1024, 1024, 1024, 0), ("cube 1024 aT", 1024, 1024, 1024, 1), ("cube 1024 bT", 1024, 1024, 1024, 2)]
shapes += [("cube 1024 aTbT", 1024, 1024, 1024, 3), ("cube 1536", 1536, 1536, 1536, 0), ("cube 2048", 2048, 2048, 2048, 0)]
layers = [("query", 576, 576, 1024), ("key", 192, 576, 1024), ("gate", 1536, 576, 1024), ("down", 576, 1536, 1024)]
for name, outputs, inputs, rows in [*layers, ("vocabulary", 49152, 576, 512)]:
    shapes += [(f"{name}: y", rows, outputs, inputs, 2), (f"{name}: dx", rows, inputs, outputs, 0), (f"{name}: dW", outputs, inputs, rows, 1)]


def rate(operations, work):
    start = clock()
    work()
    return operations / (clock() - start) / 1e9


def contenders(m, n, k, flags):
    a = numpy.random.rand(*((k, m) if flags & 1 else (m, k))).astype(numpy.float32) - 0.5
    b = numpy.random.rand(*((n, k) if flags & 2 else (k, n))).astype(numpy.float32) - 0.5
    c, d = numpy.zeros((m, n), numpy.float32), numpy.zeros((m, n), numpy.float32)
    x, y = a.T if flags & 1 else a, b.T if flags & 2 else b
    kind = torch.bfloat16 if precision == "bf16" else torch.float32
    p, q, r = torch.from_numpy(a).to(kind), torch.from_numpy(b).to(kind), torch.zeros(m, n, dtype=kind)
    p, q = p.T if flags & 1 else p, q.T if flags & 2 else q
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in (a, b, c)]
    sizes = [ctypes.c_long(size) for size in (m, n, k)]
    works = {"own": lambda _=(a, b, c): own.gemm(*pointers, *sizes, flags, int(precision == "bf16"))}
    if precision == "f32":
        works["numpy"] = lambda: numpy.matmul(x, y, out=d)
    works["torch"] = lambda: torch.matmul(p, q, out=r)
    return works


peak, rows = 0, []
for name, m, n, k, flags in shapes:
    works, best, operations = contenders(m, n, k, flags), {}, 2 * m * n * k
    for _ in range(max(rounds, min(8 * rounds, int(rounds * 6e9 / operations)))):
        start = clock()
        done = own.peak(ctypes.c_long(200_000), int(precision == "bf16"))
        peak = max(peak, threads * done / (clock() - start) / 1e9)
        for who, work in works.items():
            best[who] = max(best.get(who, 0), rate(operations, work))
    rows.append(best)
    print(name.ljust(16), "  ".join(f"{who} {value:4.0f}" for who, value in best.items()), flush=True)
for who in rows[0]:
    shares, ratios = [row[who] / peak for row in rows], [row["own"] / row[who] for row in rows]
    print(f"{who}: mean {100 * sum(shares) / len(rows):.0f} %, least {100 * min(shares):.0f} % of {peak:.0f} GFLOP/s; "
          f"own is {sum(ratios) / len(rows):.2f} times that in the mean")
