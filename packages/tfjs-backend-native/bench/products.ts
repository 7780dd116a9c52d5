/** Matrix products: beside the processor's peak, OpenBLAS, PyTorch, and in all transpositions. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { addon } from "../src/addon.ts";
import { filled, freeFilled } from "./arrays.ts";
import { inTurns, mean, median, rawTimes, time } from "./measure.ts";
import type { Bar, Row } from "./row.ts";
import { operationsOf, shapes, type Shape } from "./shapes.ts";

const precisions = { f32: 0, bf16: 1 } as const;
export type Precision = keyof typeof precisions;

/** One product, ready to be run until `freeFilled`. @param transposed  1: A is stored [k,m]; 2: B is stored [n,k]; 3: both */
export function product({ m, n, k }: Shape, precision: Precision, transposed = 0): () => void {
  const [a, b, c] = [filled(m * k), filled(k * n), filled(m * n)];
  return () => addon().multiply(a, b, c, m, n, k, transposed, precisions[precision]);
}

const peakRuns = 1_000_000;

/** Every shape in turns with the peak: the mean of the shares, then the least. */
export function sharesOfPeak(precision: Precision, bars: { readonly mean: Bar; readonly least?: Bar }): [Row, Row] {
  const shares: number[] = [];
  for (const shape of shapes) {
    const run = product(shape, precision);
    let operations = 0;
    const peak = () => {
      operations = precision === "bf16" ? addon().peakBf16MultiplyAdds(peakRuns) : addon().peakMultiplyAdds(peakRuns);
    };
    const best = inTurns({ [`${precision} ${shape.name}`]: run, [`${precision} peak`]: peak }, 8);
    const rate = operationsOf(shape) / best[`${precision} ${shape.name}`]!;
    shares.push(rate / (operations / best[`${precision} peak`]!));
    freeFilled();
  }
  const worst = shares.indexOf(Math.min(...shares));
  const unit = "of peak";
  return [
    { name: `${precision} GEMM, mean of ${shapes.length} shapes`, value: mean(shares), unit, bar: bars.mean },
    {
      name: `${precision} GEMM, least: ${shapes[worst]!.name}`,
      value: shares[worst]!,
      unit,
      ...(bars.least && { bar: bars.least }),
    },
  ];
}

/** Medians beside a library that Python has: $TOKENWISE_PYTHON or python3. */
export function besideLibrary(precision: Precision, library: "numpy" | "torch", bar?: Bar): Row {
  const name = `${precision} GEMM, ${library}'s median time ÷ ours, mean`;
  const program = fileURLToPath(new URL("peers/products.py", import.meta.url));
  const rounds = 9;
  const ratios: number[] = [];
  // Shape by shape, so that both meet the machine in the same minute.
  for (const shape of shapes) {
    const run = product(shape, precision);
    const timed = () => {
      for (let round = 0; round < 5; round++) run(); // threads, pages, as the peer does
      return Array.from({ length: rounds }, () => time(name, run));
    };
    const before = timed();
    const python = process.env.TOKENWISE_PYTHON ?? "python3";
    const { status, stdout, stderr, error } = spawnSync(python, [program, library, precision, String(rounds)], {
      encoding: "utf8",
      input: JSON.stringify([[shape.m, shape.n, shape.k]]),
    });
    if (status !== 0)
      return {
        name,
        reason: `${error?.message ?? stderr.trim().split("\n").at(-1) ?? ""} (set TOKENWISE_PYTHON to a Python with ${library})`,
      };
    const theirs = (JSON.parse(stdout) as number[][])[0]!;
    const after = timed();
    freeFilled();
    (rawTimes[`${name}, ${library}`] ??= []).push(...theirs);
    ratios.push(median(theirs) / median([...before, ...after]));
  }
  return {
    name,
    value: mean(ratios),
    unit: "×",
    ...(bar && { bar }),
    detail: `${Math.min(...ratios).toFixed(2)} … ${Math.max(...ratios).toFixed(2)}`,
  };
}

/** The least rate of a transposed case, as a share of the plain one's. */
export function transposedCases(precision: Precision): Row {
  const shape = { name: "1024³", m: 1024, n: 1024, k: 1024 };
  const works = Object.fromEntries(
    [0, 1, 2, 3].map((flags) => [`transposed ${flags}`, product(shape, precision, flags)]),
  );
  const best = inTurns(works, 10);
  freeFilled();
  const slowest = Math.max(...[1, 2, 3].map((flags) => best[`transposed ${flags}`]!));
  return {
    name: `${precision} GEMM, slowest transposed case, 1024³`,
    value: best["transposed 0"]! / slowest,
    unit: "of plain",
    bar: { least: 0.9 },
  };
}
