import { tf } from "@tokenwise/kit";
import { expect, it, vi } from "vitest";
import { useBackend } from "./backend.ts";

it.each(["cpu", "wasm"] as const)("%s becomes the current backend, without a word", async (name) => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  expect(await useBackend(name)).toBe(name);
  expect(tf.getBackend()).toBe(name);
  expect(tf.add(1, 2).dataSync()[0]).toBe(3);
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

it("auto takes a backend that works", async () => {
  expect(["tensorflow", "wasm"]).toContain(await useBackend("auto"));
});

it("a backend that is not installed is refused, with what to do", async () => {
  await expect(useBackend("webgl" as "cpu")).rejects.toThrow(
    expect.objectContaining({ code: "TW_E_BACKEND_UNAVAILABLE" }),
  );
});
