import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs-core";
import { addon } from "../addon.ts";
import type { NativeBackend, Output } from "../backend.ts";
import { kernel } from "../kernel.ts";

interface Attributes {
  readonly learningRates: readonly number[];
  readonly weightDecays: readonly number[];
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly scale: number;
  readonly steps: number;
}

/** The tensor itself, once more, where nobody else has its numbers; else a copy. */
function updatable(info: TensorInfo, backend: NativeBackend): Output<Float32Array> {
  const own = backend.consumable(info, "float32");
  if (own !== undefined) {
    const { dataId, shape, dtype } = info;
    backend.incRef(dataId);
    // Not `info`, which is a tensor: the output would be the input itself.
    return { info: { dataId, shape, dtype }, values: own };
  }
  const copy = backend.allocate(info.shape);
  copy.values.set(backend.floatsOf(info));
  return copy;
}

/**
 * FusedAdamW: one step of AdamW for all parameters.
 *
 * Inputs parameter0, gradient0, mean0, square0, parameter1, …, each four of one shape → parameter0, mean0, square0, parameter1, … after the
 * step. The inputs but the gradients are consumed: their numbers are arbitrary afterwards.
 *
 *   g ← scale·g      m ← β₁m + (1−β₁)g      v ← β₂v + (1−β₂)g²
 *   θ ← θ − η(λθ + m̂ / (√v̂ + ε)),   m̂ = m/(1−β₁ᵗ),  v̂ = v/(1−β₂ᵗ)
 */
const update = kernel<Attributes>("FusedAdamW", ({ inputs, attributes, backend }) => {
  const { learningRates, weightDecays, beta1, beta2, epsilon, scale, steps } = attributes;
  const indices = learningRates.map((_, i) => i);
  const outputs = (name: string) => indices.map((i) => updatable(inputs[`${name}${i}`]!, backend));
  const [parameters, means, squares] = [outputs("parameter"), outputs("mean"), outputs("square")];
  try {
    addon().adamW(
      parameters.map(({ values }) => values),
      indices.map((i) => backend.floatsOf(inputs[`gradient${i}`]!)),
      means.map(({ values }) => values),
      squares.map(({ values }) => values),
      Float64Array.from(learningRates),
      Float64Array.from(weightDecays),
      beta1,
      beta2,
      epsilon,
      scale,
      steps,
    );
  } catch (error) {
    for (const { info } of [...parameters, ...means, ...squares]) backend.disposeData(info.dataId);
    throw error;
  }
  return indices.flatMap((i) => [parameters[i]!.info, means[i]!.info, squares[i]!.info]);
});

/** FusedGlobalNorm: any tensors → the square root of the sum of all squares, a scalar. */
const globalNorm = kernel("FusedGlobalNorm", ({ inputs, backend }) => {
  const norm = backend.allocate([]);
  norm.values[0] = addon().globalNorm(Object.values(inputs).map((info) => backend.floatsOf(info)));
  return norm.info;
});

export const fusedAdamWKernels: readonly KernelConfig[] = [update, globalNorm];
