/** What `tensorflow` computes on, and how fast; a process of its own, which gives the GPU's memory back when it ends. */
import { tf } from "@tokenwise/kit";
import { findTensorflow, tensorflowDevice, useBackend } from "@tokenwise/model";
import type { Probe } from "./result.ts";

/** The best of several, in seconds. */
function best(times: number, measure: () => void): number {
  return Math.min(
    ...Array.from({ length: times }, () => {
      const started = performance.now();
      measure();
      return (performance.now() - started) / 1000;
    }),
  );
}

function gigaflops(side: number): number {
  const [a, b] = [1, 2].map((seed) => tf.randomUniform<tf.Rank.R2>([side, side], -1, 1, "float32", seed)) as [
    tf.Tensor2D,
    tf.Tensor2D,
  ];
  // Reading one number waits for the product without the time of a large copy.
  const seconds = best(5, () => tf.tidy(() => tf.slice(tf.matMul(a, b), [0, 0], [1, 1]).dataSync()));
  tf.dispose([a, b]);
  return (2 * side ** 3) / seconds / 1e9;
}

function microsecondsPerCall(): number {
  const calls = 2000;
  const [x, y] = [tf.scalar(1), tf.scalar(2)];
  const seconds = best(5, () => {
    for (let i = 0; i < calls; i++) tf.add(x, y).dispose();
  });
  tf.dispose([x, y]);
  return (seconds / calls) * 1e6;
}

try {
  await useBackend("tensorflow");
} catch (error) {
  console.error(error instanceof Error && error.cause instanceof Error ? error.cause.message : error);
  process.exit(1);
}
const { by, version, libtensorflow } = findTensorflow()!;
const probe: Probe = {
  backend: { name: "tensorflow", by, version, libtensorflow: libtensorflow ?? null },
  device: tensorflowDevice(),
  gigaflops: Object.fromEntries([512, 1024, 2048].map((side) => [String(side), gigaflops(side)])),
  microsecondsPerCall: microsecondsPerCall(),
};
console.log(JSON.stringify(probe));
