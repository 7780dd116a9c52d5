/** What a call costs: at the addon, and through a TensorFlow.js operation. */
import * as tf from "@tensorflow/tfjs-core";
import { addon } from "../src/addon.ts";
import { time } from "./measure.ts";
import type { Row } from "./row.ts";

/** Microseconds of one call: the best of several runs. */
function microseconds(name: string, calls: number, work: () => void): number {
  const run = () => {
    for (let call = 0; call < calls; call++) work();
  };
  run();
  return (Math.min(...Array.from({ length: 7 }, () => time(name, run))) / calls) * 1e6;
}

export function callRows(): readonly Row[] {
  const [a, b, c] = [1, 2, 3].map(() => new Float32Array(1)) as [Float32Array, Float32Array, Float32Array];
  const product = microseconds("1×1×1 product at the addon", 100_000, () => addon().multiply(a, b, c, 1, 1, 1, 0, 0));
  const [x, y] = [tf.ones([8, 8]), tf.ones([8, 8])];
  const sum = microseconds("an addition of [8,8]", 20_000, () => tf.add(x, y).dispose());
  const matrices = microseconds("a product of [8,8]", 20_000, () => tf.matMul(x, y).dispose());
  tf.dispose([x, y]);
  return [
    { name: "a call at the addon (1×1×1 product)", value: product, unit: "µs", bar: { most: 0.6 } },
    { name: "tf.add of [8,8]", value: sum, unit: "µs", bar: { most: 20 } },
    { name: "tf.matMul of [8,8]", value: matrices, unit: "µs", bar: { most: 20 } },
  ];
}
