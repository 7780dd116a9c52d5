import { tf } from "@tokenwise/kit";
import { describe, expect, inject, it } from "vitest";
import { useBackend } from "../backend.ts";
import { entriesOf } from "./entries-of.ts";

describe.each(inject("backends"))("entriesOf on %s", (backend) => {
  it.each([
    [0, 1, 2],
    [1, 0, 2],
    [1, 2, 3],
    [2, 1, 1],
  ])("axis %i from %i, %i entries: as slice, for floats and integers", async (axis, start, count) => {
    await useBackend(backend);
    tf.tidy(() => {
      for (const dtype of ["float32", "int32"] as const) {
        const x = tf.cast(tf.reshape(tf.range(0, 60), [3, 5, 4]), dtype);
        const begin = [0, 0, 0].map((_, i) => (i === axis ? start : 0));
        const size = x.shape.map((length, i) => (i === axis ? count : length));
        const taken = entriesOf(x, axis, start, count);
        expect(taken.dtype).toBe(dtype);
        expect(taken.arraySync()).toEqual(tf.slice(x, begin, size).arraySync());
      }
    });
  });
});
