import { tf } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { afterAll, beforeEach, describe, expect, inject, it } from "vitest";
import { adamW } from "./adamw.ts";
import { globalNorm } from "./clip.ts";
import type { Optimizer } from "./optimizer.ts";

const shapes = [[3], [17, 5], [0], [300, 301], []];
const sizeOf = (shape: readonly number[]) => shape.reduce((size, length) => size * length, 1);
const wave = (shape: number[], seed: number) =>
  tf.tensor(
    new Float32Array(sizeOf(shape)).map((_, i) => Math.sin(12.9898 * (i + 1) + 78.233 * seed)),
    shape,
  );

const variablesOf = () => shapes.map((shape, seed) => tf.tidy(() => tf.variable(wave(shape, seed))));

/** One step for all variables, with gradients of its number. */
function step(optimizer: Optimizer, variables: readonly tf.Variable[], at: number): void {
  const updates = variables.map((variable, i) => ({
    name: `p${i}`,
    variable,
    gradient: wave(shapes[i]!, 10 * at + i),
    learningRate: 0.01 * (i + 1),
    weightDecay: i === 1 ? 0.1 : 0,
  }));
  optimizer.apply(updates, 0.5);
  updates.forEach(({ gradient }) => gradient.dispose());
}

const numbersOf = (tensors: readonly tf.Tensor[]) => tensors.map((tensor) => tensor.dataSync().slice());

/** The parameters after four steps on a backend. */
async function trained(backend: "cpu" | "native") {
  await useBackend(backend);
  const [optimizer, variables] = [adamW(), variablesOf()];
  for (let at = 1; at <= 4; at++) step(optimizer, variables, at);
  const numbers = numbersOf(variables) as Float32Array[];
  optimizer.dispose();
  tf.dispose(variables);
  return numbers;
}

describe.runIf(inject("backends").includes("native"))("on native", () => {
  beforeEach(async () => {
    await useBackend("native");
  });
  afterAll(() => useBackend("cpu"));

  it("AdamW's kernel computes what the composite does", async () => {
    expect(tf.getKernel("FusedAdamW", "native")).toBeDefined();
    const [actual, expected] = [await trained("native"), await trained("cpu")];
    actual.forEach((numbers, i) => {
      const farthest = numbers.reduce((most, x, j) => Math.max(most, Math.abs(x - expected[i]![j]!)), 0);
      expect(farthest).toBeLessThan(2e-6);
    });
  });

  it("AdamW's kernel does not change what others hold of parameters and moments", () => {
    const [optimizer, variables] = [adamW(), variablesOf()];
    step(optimizer, variables, 1);
    const held = [...variables, ...optimizer.save().slots.values()];
    const copies = held.map((tensor) => tf.clone(tensor));
    const [arrays, before] = [held.map((tensor) => tensor.dataSync()), numbersOf(copies)];
    step(optimizer, variables, 2);
    step(optimizer, variables, 3);
    expect(numbersOf(copies)).toEqual(before);
    expect(arrays).toEqual(before);
    optimizer.dispose();
    tf.dispose([...variables, ...copies]);
  });

  it("AdamW's kernel leaves no tensors", () => {
    const [optimizer, variables] = [adamW(), variablesOf()];
    step(optimizer, variables, 1);
    const before = tf.memory();
    step(optimizer, variables, 2);
    step(optimizer, variables, 3);
    const { numTensors, numDataBuffers, numBytes } = tf.memory();
    expect({ numTensors, numDataBuffers, numBytes }).toEqual({
      numTensors: before.numTensors,
      numDataBuffers: before.numDataBuffers,
      numBytes: before.numBytes,
    });
    optimizer.dispose();
    tf.dispose(variables);
  });

  it("the global norm is the composite's", async () => {
    const norm = async (backend: "cpu" | "native") => {
      await useBackend(backend);
      const tensors = shapes.map(wave);
      const result = globalNorm(tensors);
      tf.dispose(tensors);
      return result;
    };
    expect((await norm("native")) / (await norm("cpu"))).toBeCloseTo(1, 6);
  });
});
