import { replacedBackends, tf, usesOwnEngine } from "@tokenwise/kit";
import { describe, expect, inject, it, vi } from "vitest";
import { useBackend } from "./backend.ts";
import { numerics } from "./native-options.ts";

it.each(inject("backends"))("%s becomes the current backend, without a word", async (name) => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  expect(await useBackend(name)).toBe(name);
  expect(tf.getBackend()).toBe(name);
  expect(tf.add(1, 2).dataSync()[0]).toBe(3);
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

it("auto takes a backend that works", async () => {
  expect(["tensorflow", "native", "wasm"]).toContain(await useBackend("auto"));
});

it("a backend that is not installed is refused, with what to do", async () => {
  await expect(useBackend("webgl" as "cpu")).rejects.toThrow(
    expect.objectContaining({ code: "TW_E_BACKEND_UNAVAILABLE" }),
  );
});

describe.skipIf(!inject("backends").includes("tensorflow"))(
  "tensorflow (needs test:full, and TOKENWISE_TFJS_NODE: the folder that `npm run build:tfjs-node` makes)",
  () => {
    it("shares the engine of the other backends: a tensor goes from one to the other", async () => {
      await useBackend("cpu");
      const x = tf.tensor1d([1, 2]);
      await useBackend("tensorflow");
      expect(Array.from(tf.mul(x, 2).dataSync())).toEqual([2, 4]);
      expect(usesOwnEngine()).toBe(true);
      expect(replacedBackends()).toEqual([]);
      x.dispose();
    });
  },
);

it("options that a backend does not have are refused, not ignored", async () => {
  for (const options of [{ threads: 2 }, { precision: "f32" }, { precision: "bf16" }] as const)
    await expect(useBackend("cpu", options)).rejects.toThrow(expect.objectContaining({ code: "TW_E_BACKEND_OPTION" }));
  await useBackend("cpu", { threads: undefined });
  expect(numerics()).toBe("cpu");
});

describe.skipIf(!inject("backends").includes("native"))(
  "native (needs its addon: install a C++ compiler, then `npm run build:native -w @tokenwise/tfjs-backend-native`)",
  () => {
    it("is what auto takes, unless tensorflow is there", async () => {
      expect(["tensorflow", "native"]).toContain(await useBackend("auto"));
    });

    it("takes threads and precision, keeps them, and refuses what it cannot do", async () => {
      const { threadCount } = await import("@tokenwise/tfjs-backend-native");
      await useBackend("native");
      const before = threadCount();
      await useBackend("native", { threads: 1, precision: "f32" });
      await useBackend("native");
      expect([threadCount(), numerics()]).toEqual([1, "native"]);
      for (const options of [{ threads: 0 }, { threads: 1.5 }, { precision: "f64" as "f32" }])
        await expect(useBackend("native", options)).rejects.toThrow(
          expect.objectContaining({ code: "TW_E_BACKEND_OPTION" }),
        );
      await useBackend("native", { threads: before });
    });

    it("shares the engine of the other backends: a tensor goes from one to the other", async () => {
      await useBackend("wasm");
      const x = tf.tensor1d([1, 2]);
      await useBackend("native");
      expect(Array.from(tf.mul(x, 2).dataSync())).toEqual([2, 4]);
      expect(usesOwnEngine()).toBe(true);
      expect(replacedBackends()).toEqual([]);
      x.dispose();
    });
  },
);
