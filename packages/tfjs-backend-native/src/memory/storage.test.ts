import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";
import { NativeBackend } from "../index.ts";
import { memoryPool, MemoryPool } from "./memory-pool.ts";

const large = 100_000;

let backend: NativeBackend;

beforeEach(async () => {
  await tf.setBackend("native");
  backend = tf.backend() as NativeBackend;
  memoryPool.empty();
});

/** A tensor as a kernel of this backend makes it. */
function made(value: number, length = large): tf.Tensor1D {
  const { info, values } = backend.allocate([length]);
  values.fill(value);
  return tf.engine().makeTensorFromTensorInfo(info, backend) as tf.Tensor1D;
}

const everyIs = (values: ArrayLike<number>, value: number): boolean => Array.from(values).every((v) => v === value);

/** The tensor keeps its numbers when as many outputs are made as could take its memory. */
function expectUntouchedByOutputs(values: ArrayLike<number>, value: number): void {
  const others = [1, 2, 3].map(() => made(-1));
  expect(everyIs(values, value)).toBe(true);
  tf.dispose(others);
}

describe("memory of outputs", () => {
  it("is used again once its tensor is disposed of", () => {
    const x = made(1);
    const { buffer } = backend.floatsOf(x);
    x.dispose();
    const y = made(2);
    expect(backend.floatsOf(y).buffer).toBe(buffer);
    y.dispose();
  });

  it("is not used again while a clone or a reshaped tensor lives", () => {
    for (const share of [(x: tf.Tensor1D) => x.clone(), (x: tf.Tensor1D) => tf.reshape(x, [-1, 10])]) {
      const x = made(1);
      const other = share(x);
      x.dispose();
      const y = made(2);
      expect(everyIs(other.dataSync(), 1)).toBe(true);
      tf.dispose([other, y]);
    }
  });

  it("is not used again while a variable has it", () => {
    const x = made(1);
    const variable = tf.variable(x);
    x.dispose();
    const y = made(2);
    variable.assign(y);
    y.dispose();
    const z = made(3);
    expect(everyIs(variable.dataSync(), 2)).toBe(true);
    tf.dispose([variable, z]);
  });

  it("holds exactly its numbers when it is read, and never changes afterwards", async () => {
    const x = made(1, large + 3);
    const read = [x.dataSync(), await x.data(), x.bufferSync().values, (await x.buffer()).values];
    for (const values of read) expect(values.buffer.byteLength).toBe(4 * (large + 3));
    expect((await x.bytes()).length).toBe(4 * (large + 3));
    x.dispose();
    for (const values of read) expectUntouchedByOutputs(values, 1);
  });

  it("is as it was after a reader wrote to what it read, and after it gave that to another thread", () => {
    const x = made(1);
    const values = x.dataSync();
    values[0] = 5;
    structuredClone(values, { transfer: [values.buffer as ArrayBuffer] });
    expect(values.length).toBe(0);
    expect(everyIs(x.dataSync(), 1)).toBe(true);
    x.dispose();
  });

  it("is not used again where a kernel of the CPU backend has put it under another tensor", () => {
    const inherited: Record<string, (x: tf.Tensor1D) => tf.Tensor> = {
      Slice: (x) => tf.engine().runKernel("Slice", { x }, { begin: [0], size: [large] }),
      Complex: (x) => tf.tidy(() => tf.real(tf.complex(x, x))),
      Imag: (x) => tf.tidy(() => tf.imag(tf.complex(tf.zerosLike(x), x))),
      Real: (x) => tf.tidy(() => tf.real(tf.reshape(tf.complex(x, tf.zerosLike(x)), [-1, 2]))),
    };
    for (const share of Object.values(inherited)) {
      const x = made(1);
      const other = share(x);
      x.dispose();
      expectUntouchedByOutputs(other.dataSync(), 1);
      other.dispose();
    }
  });

  it("is not used again where somebody has read the storage itself", () => {
    const x = made(1);
    const { values } = backend.data.get(x.dataId);
    x.dispose();
    expectUntouchedByOutputs(values as Float32Array, 1);
  });

  it("never is the array of a user", () => {
    for (const length of [3, large]) {
      const users = new Float32Array(length).fill(1);
      const x = tf.tensor1d(users);
      expect(backend.writable(x, "float32")).toBeUndefined();
      backend.consumable(x, "float32")?.fill(2);
      x.dispose();
      expectUntouchedByOutputs(users, 1);
    }
  });

  it("is a copy of a user's large array, which may change afterwards", () => {
    for (const users of [new Float32Array(large), new Int32Array(large), new Uint8Array(large)]) {
      const x = tf.tensor(users, [large], users instanceof Uint8Array ? "bool" : undefined);
      users.fill(1);
      expect(everyIs(x.dataSync(), 0)).toBe(true);
      x.dispose();
    }
  });

  it("moves with its tensor to another backend and is free here", async () => {
    const x = made(1);
    const clone = x.clone();
    await tf.setBackend("cpu");
    const sum = tf.sum(x);
    await tf.setBackend("native");
    const y = made(2);
    expect(sum.dataSync()[0]).toBe(large);
    expect(everyIs(clone.dataSync(), 1)).toBe(true);
    tf.dispose([x, clone, y, sum]);
  });
});

describe("writing in place", () => {
  it("is allowed to a tensor's only holder", () => {
    for (const length of [3, large]) {
      const x = made(1, length);
      expect(backend.writable(x, "float32")).toBe(backend.floatsOf(x));
      x.dispose();
    }
  });

  it("is refused while a clone, a reshaped tensor, a variable or the tape has the tensor too", () => {
    for (const length of [3, large]) {
      const x = made(1, length);
      for (const share of [() => x.clone(), () => tf.reshape(x, [1, -1]), () => tf.variable(x)]) {
        const other = share();
        expect(backend.writable(x, "float32")).toBeUndefined();
        expect(backend.writable(other, "float32")).toBeUndefined();
        other.dispose();
      }
      expect(backend.writable(x, "float32")).toBeDefined();
      const keeping = tf.customGrad((v, save) => {
        (save as tf.GradSaveFunc)([v as tf.Tensor]);
        return { value: tf.clone(v as tf.Tensor), gradFunc: (dy: tf.Tensor) => dy };
      });
      tf.grad((v) => {
        const y = keeping(v);
        y.dispose();
        expect(backend.writable(v, "float32")).toBeUndefined();
        return keeping(v);
      })(x).dispose();
      x.dispose();
    }
  });

  it("is refused once a reader has the array, which of a small tensor is no copy", () => {
    const x = made(1, 3);
    expect(x.dataSync()).toBe(backend.floatsOf(x));
    expect(backend.writable(x, "float32")).toBeUndefined();
    x.dispose();
  });

  it("is refused as another type than the tensor's", () => {
    const x = made(1, 3);
    expect(backend.writable(x, "int32")).toBeUndefined();
    x.dispose();
  });
});

describe("the backend", () => {
  it("prints no advertisement", () => {
    const said: unknown[] = [];
    const { warn } = console;
    console.warn = (...words) => said.push(words);
    new NativeBackend().write(Float32Array.of(1), [1], "float32");
    console.warn = warn;
    expect(said).toEqual([]);
  });

  it("leaves no tensors and no memory in use", () => {
    const used = memoryPool.statistics.usedBytes;
    const before = tf.memory();
    const ids = backend.numDataIds();
    tf.tidy(() => {
      const x = made(1);
      tf.add(tf.reshape(x, [10, -1]), tf.sum(x)).dataSync();
      tf.variable(x).dispose();
      tf.real(tf.complex(x, x));
    });
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numBytes).toBe(before.numBytes);
    expect(backend.numDataIds()).toBe(ids);
    expect(memoryPool.statistics.usedBytes).toBe(used);
  });

  it("gives each type its own array, with the bits of other types converted", () => {
    const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;
    for (const dtype of ["float32", "int32", "bool"] as const)
      for (const length of [0, 5, large]) {
        const { info, values } = backend.allocate([length], dtype);
        expect(values).toBeInstanceOf(arrays[dtype]);
        expect(values.length).toBe(length);
        backend.disposeData(info.dataId);
      }
    const truth = tf.tensor1d([true, false]);
    const asInts = tf.cast(truth, "int32");
    const asFloats = tf.cast(truth, "float32");
    expect(backend.boolsOf(truth)).toEqual(Uint8Array.of(1, 0));
    expect(backend.intsOf(asInts)).toEqual(Int32Array.of(1, 0));
    expect(backend.floatsOf(asFloats)).toEqual(Float32Array.of(1, 0));
    tf.dispose([truth, asInts, asFloats]);
  });

  it("lends scratch memory that nobody has afterwards", () => {
    const { usedBytes } = memoryPool.statistics;
    const first = backend.withScratch(large, "int32", (scratch) => scratch.fill(7).buffer);
    const second = backend.withScratch(large, "float32", ({ buffer, byteOffset }) => {
      expect(byteOffset % 4).toBe(0);
      return buffer;
    });
    expect(second).toBe(first);
    expect(() =>
      backend.withScratch(large, "bool", () => {
        throw new Error("in the kernel");
      }),
    ).toThrow("in the kernel");
    expect(memoryPool.statistics.usedBytes).toBe(usedBytes);
  });

  it("says when memory cannot be had, and works on", () => {
    const before = { ...memoryPool.statistics, ids: backend.numDataIds() };
    for (const shape of [
      [2 ** 20, 2 ** 22],
      [2 ** 30, 2 ** 30, 2 ** 30],
    ])
      expect(() => backend.allocate(shape)).toThrow(expect.objectContaining({ code: "ERR_NATIVE_MEMORY" }));
    expect(memoryPool.statistics.usedBytes).toBe(before.usedBytes);
    expect(backend.numDataIds()).toBe(before.ids);
    const [column, row] = [tf.zeros([2 ** 20, 1]), tf.zeros([1, 2 ** 22])];
    expect(() => tf.matMul(column, row)).toThrow(expect.objectContaining({ code: "ERR_NATIVE_MEMORY" }));
    tf.dispose([column, row]);
    const x = made(1);
    expect(everyIs(x.dataSync(), 1)).toBe(true);
    x.dispose();
  });

  it("counts memory of tensors that were never disposed of until they are collected", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const pool = new MemoryPool();
    const own = new NativeBackend({ pool });
    const forget = () => void own.allocate([large]);
    forget();
    expect(pool.statistics.usedBytes).toBeGreaterThanOrEqual(4 * large);
    for (let turn = 0; turn < 100 && pool.statistics.usedBytes > 0; turn++) {
      collect();
      await setImmediate();
    }
    expect(pool.statistics.usedBytes).toBe(0);
  });
});
