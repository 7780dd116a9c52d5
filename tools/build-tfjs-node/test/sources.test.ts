import { describe, expect, it } from "vitest";
import { npmPackages, wheelsFor } from "../src/sources.ts";

const [cpu] = wheelsFor(false);

it.each([
  ["tensorflow/libtensorflow_cc.so.2", "deps/lib/libtensorflow_cc.so.2"],
  ["tensorflow/libtensorflow_framework.so.2", "deps/lib/libtensorflow_framework.so.2"],
  ["tensorflow/include/tensorflow/c/eager/c_api.h", "include/tensorflow/c/eager/c_api.h"],
  ["tensorflow/include/tsl/platform/ctstring.h", "include/tsl/platform/ctstring.h"],
  ["tensorflow_cpu-2.15.1.dist-info/LICENSE", "deps/LICENSE"],
  ["tensorflow/python/_pywrap_tfe.so", undefined],
  ["tensorflow/include/tensorflow/core/framework/op.h", undefined],
  ["tensorflow/include/tensorflow/c/../../../../x.h.txt", undefined],
])("of TensorFlow's wheel %s goes to %s", (path, place) => {
  expect(cpu!.place(path)).toBe(place);
});

describe("with CUDA", () => {
  const wheels = wheelsFor(true);

  it("the library of each wheel goes where libtensorflow looks for it", () => {
    const cublas = wheels.find(({ project }) => project === "nvidia-cublas-cu12")!;
    expect(cublas.place("nvidia/cublas/lib/libcublasLt.so.12")).toBe("deps/nvidia/cublas/lib/libcublasLt.so.12");
    expect(cublas.place("nvidia/cublas/include/cublas.h")).toBeUndefined();
    expect(cublas.place("nvidia_cublas_cu12-12.2.5.6.dist-info/License.txt")).toBe("deps/nvidia/LICENSE-cublas.txt");
  });

  it("every file is pinned by a sum of its own", () => {
    const sums = [...wheels, ...wheelsFor(false)].map(({ sha256 }) => sha256);
    expect(sums.every((sum) => /^[0-9a-f]{64}$/.test(sum))).toBe(true);
    expect(new Set(sums).size).toBe(sums.length);
  });

  it("npm's packages are pinned too, and the binding's is the one for GPUs", () => {
    expect(npmPackages(true)[0]).toMatch(/^@tensorflow\/tfjs-node-gpu@\d/);
    expect(npmPackages(false)[0]).toMatch(/^@tensorflow\/tfjs-node@\d/);
    expect(npmPackages(true).every((spec) => /@\d+\.\d+\.\d+$/.test(spec))).toBe(true);
  });
});
