import { tf } from "@tokenwise/kit";
import { afterEach, describe, expect, it } from "vitest";
import { onBackend } from "../../test/support/on-backend.ts";
import { expectGradients, wave } from "../../test/support/finite-differences.ts";
import { relativeDifference } from "../../test/support/tiny-model.ts";
import { isFused } from "./fused.ts";
import { rmsNorm } from "./rms-norm.ts";

/** What a kernel of the cpu backend may use of it. */
interface CpuBackend {
  makeTensorInfo(shape: number[], dtype: "float32", values: Float32Array): tf.TensorInfo;
  readSync(dataId: object): Float32Array;
}
interface Call {
  readonly inputs: Record<string, tf.TensorInfo>;
  readonly attrs: { readonly epsilon: number };
  readonly backend: CpuBackend;
}

const calls: string[] = [];
const isRegistered = (name: string) => tf.getKernelsForBackend("cpu").some(({ kernelName }) => kernelName === name);
const register = (kernelName: string, kernelFunc: (call: Call) => tf.TensorInfo[]) =>
  tf.registerKernel({
    kernelName,
    backendName: "cpu",
    kernelFunc: (call) => {
      calls.push(kernelName);
      return kernelFunc(call as unknown as Call);
    },
  });

/** RMS norm in plain JavaScript; the extra is 1/√(mean x² + ε) of each row. */
function registerForward(): void {
  register("FusedRMSNorm", ({ inputs: { x, weight }, attrs: { epsilon }, backend }) => {
    const [rows, width] = x!.shape as [number, number];
    const [values, scale] = [backend.readSync(x!.dataId), backend.readSync(weight!.dataId)];
    const y = new Float32Array(values.length);
    const inverse = new Float32Array(rows);
    for (let n = 0; n < rows; n++) {
      let squares = 0;
      for (let d = 0; d < width; d++) squares += values[n * width + d]! ** 2;
      inverse[n] = 1 / Math.sqrt(squares / width + epsilon);
      for (let d = 0; d < width; d++) y[n * width + d] = values[n * width + d]! * inverse[n]! * scale[d]!;
    }
    return [backend.makeTensorInfo(x!.shape, "float32", y), backend.makeTensorInfo([rows], "float32", inverse)];
  });
}

function registerGradient(): void {
  register("FusedRMSNormGrad", ({ inputs: { dy, x, weight, extra0 }, backend }) => {
    const [rows, width] = x!.shape as [number, number];
    const [slope, values, scale, inverse] = [dy, x, weight, extra0].map((tensor) => backend.readSync(tensor!.dataId)) as [Float32Array, Float32Array, Float32Array, Float32Array]; // prettier-ignore
    const dx = new Float32Array(values.length);
    const dWeight = new Float32Array(width);
    for (let n = 0; n < rows; n++) {
      const at = (d: number) => n * width + d;
      let mean = 0;
      for (let d = 0; d < width; d++) mean += (slope[at(d)]! * scale[d]! * values[at(d)]! * inverse[n]!) / width;
      for (let d = 0; d < width; d++) {
        dx[at(d)] = (slope[at(d)]! * scale[d]! - values[at(d)]! * inverse[n]! * mean) * inverse[n]!;
        dWeight[d]! += slope[at(d)]! * values[at(d)]! * inverse[n]!;
      }
    }
    return [backend.makeTensorInfo(x!.shape, "float32", dx), backend.makeTensorInfo(weight!.shape, "float32", dWeight)];
  });
}

describe("the seam for fused kernels", () => {
  onBackend("cpu");
  afterEach(() => {
    for (const name of ["FusedRMSNorm", "FusedRMSNormGrad"]) if (isRegistered(name)) tf.unregisterKernel(name, "cpu");
    calls.length = 0;
  });

  it("a registered pair of kernels runs instead of the composite, with the same numbers and gradients", () => {
    const composite = rmsNorm(wave([4, 6]) as tf.Tensor2D, wave([6], 1), 1e-5).dataSync();
    registerForward();
    registerGradient();
    expect(
      relativeDifference(rmsNorm(wave([4, 6]) as tf.Tensor2D, wave([6], 1), 1e-5).dataSync(), composite),
    ).toBeLessThan(1e-6);
    expect(calls).toEqual(["FusedRMSNorm"]);
    expectGradients((x, weight) => rmsNorm(x as tf.Tensor2D, weight, 1e-5), [wave([4, 6]), wave([6], 1)]);
    expect(calls).toContain("FusedRMSNormGrad");
  });

  it("a forward kernel without its gradient is left alone", () => {
    registerForward();
    expect(isFused("FusedRMSNorm")).toBe(false);
    rmsNorm(wave([4, 6]) as tf.Tensor2D, wave([6], 1), 1e-5);
    expect(calls).toEqual([]);
  });
});
