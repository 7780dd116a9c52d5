import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import "../src/index.ts";
import { product } from "./products.ts";
import { inTurns } from "./measure.ts";
await tf.setBackend("native");
for (const p of ["f32", "bf16"] as const) {
const sh = { name: "", m: 1024, n: 1024, k: 1024 };
const works = Object.fromEntries([0, 1, 2, 3].map((f) => [`t${f}`, product(sh, p, f)]));
const b = inTurns(works, 20); console.log(p, Object.entries(b).map(([k, v]) => `${k} ${(b.t0! / v).toFixed(3)} ${(2*1024**3/v/1e9).toFixed(0)}`).join(" "));
const sh2 = { name: "", m: 1024, n: 1536, k: 576 };
const w2 = Object.fromEntries([0, 1, 2, 3].map((f) => [`t${f}`, product(sh2, p, f)]));
const b2 = inTurns(w2, 20); console.log(p, Object.entries(b2).map(([k, v]) => `${k} ${(b2.t0! / v).toFixed(3)} ${(2*1024*1536*576/v/1e9).toFixed(0)}`).join(" "));
}
