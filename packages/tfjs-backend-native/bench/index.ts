/**
 * `npm run bench`: what the processor can do, and how much of it each kernel and a step of training gets.
 *
 * One line a row: name, value, bar, and `holds`, `short` or `not measured: reason`. The raw times go to bench-results.json.
 */
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { addon } from "../src/addon.ts";
import "../src/index.ts";
import { attentionRows } from "./attention.ts";
import { callRows } from "./calls.ts";
import { floatPeak, rawTimes, triadRate } from "./measure.ts";
import { memoryRows } from "./memory-bound.ts";
import { besideLibrary, sharesOfPeak, transposedCases } from "./products.ts";
import { describe, isShort, type Row } from "./row.ts";
import { shapes } from "./shapes.ts";
import { stepRows } from "./steps.ts";
import { vocabularyRows } from "./vocabulary.ts";

const sections = ["products", "attention", "memory", "vocabulary", "calls", "steps"] as const;
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: "string", default: "bench-results.json" } },
});
const unknown = positionals.find((name) => !(sections as readonly string[]).includes(name));
if (unknown !== undefined) throw new Error(`"${unknown}" is no section; there are ${sections.join(", ")}`);
const wanted = (section: (typeof sections)[number]): boolean =>
  positionals.length === 0 || positionals.includes(section);

await tf.setBackend("native");
const hasBf16 = addon().hasBf16();
const environment = {
  processor: cpus()[0]?.model ?? "unknown",
  threads: addon().threadCount(),
  instructionSet: addon().instructionSet(),
  node: process.version,
};
console.log(
  Object.entries(environment)
    .map(([name, value]) => `${name} ${value}`)
    .join(", "),
);

const all: Row[] = [];
const print = (...rows: readonly Row[]): void => {
  for (const row of rows) console.log(describe(row));
  all.push(...rows);
};
print(
  { name: "peak of float32 multiply-adds", value: floatPeak() / 1e9, unit: "GFLOP/s" },
  { name: "triad", value: triadRate() / 1e9, unit: "GB/s" },
);
if (wanted("products")) {
  print(...sharesOfPeak("f32", { mean: { least: 0.8 }, least: { least: 0.7 } }), transposedCases("f32"));
  print(besideLibrary("f32", "numpy", { least: 1 }));
  print(besideLibrary("f32", "torch"));
  if (hasBf16) {
    const [share, least] = sharesOfPeak("bf16", { mean: { least: 0.8 } });
    print(share, least, transposedCases("bf16"));
    // Either is enough: the share of the peak, or PyTorch's rate.
    print(besideLibrary("bf16", "torch", isShort(share) ? { least: 1 } : undefined));
  } else
    print({
      name: `bf16 GEMM, mean of ${shapes.length} shapes`,
      reason: "this processor has no dot products of bfloat16",
    });
}
if (wanted("attention")) print(...attentionRows());
if (wanted("memory")) print(...memoryRows());
if (wanted("vocabulary")) print(...vocabularyRows());
if (wanted("calls")) print(...callRows());
if (wanted("steps")) for (const row of stepRows(hasBf16)) print(row);

writeFileSync(flags.out, `${JSON.stringify({ environment, rows: all, seconds: rawTimes }, null, 2)}\n`);
const short = all.filter(isShort);
console.log(`${all.length} rows, ${short.length} short; raw times in ${flags.out}`);
