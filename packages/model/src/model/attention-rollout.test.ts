import { tf } from "@tokenwise/kit";
import { describe, expect, inject, it } from "vitest";
import { onBackend } from "../../test/support/on-backend.ts";
import type { Span } from "../stream/pack-trees.ts";
import { attentionRollout } from "./attention-rollout.ts";

describe.each(inject("backends"))("attention rollout on %s", (backend) => {
  onBackend(backend);

  const rowsOf = (map: readonly (readonly number[])[]) => (span: Span) =>
    tf.tensor2d(map.slice(span.start, span.start + span.length).map((row) => [...row]));

  it("of two layers of three tokens is the row that is worked out by hand", () => {
    const maps = [
      [
        [1, 0, 0],
        [0.4, 0.6, 0],
        [0.2, 0.3, 0.5],
      ],
      [
        [1, 0, 0],
        [0.5, 0.5, 0],
        [0.6, 0.1, 0.3],
      ],
    ];
    const row = attentionRollout(3, 2, (layer) => rowsOf(maps[layer]!));
    [0.375, 0.1375, 0.4875].forEach((value, token) => expect(row.dataSync()[token]).toBeCloseTo(value, 6));
  });

  it("asks each layer once, the last one for its last row alone, and holds few rows at a time", () => {
    const asked: [layer: number, span: Span][] = [];
    const uniform = (layer: number) => (span: Span) => {
      asked.push([layer, span]);
      return tf.fill<tf.Rank.R2>([span.length, 300], 1 / 300);
    };
    const row = attentionRollout(300, 3, uniform);
    expect(row.dataSync<"float32">().reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
    expect(asked[0]).toEqual([2, { start: 299, length: 1 }]);
    expect(asked.slice(1).every(([, { length }]) => length <= 128)).toBe(true);
    for (const layer of [1, 0])
      expect(asked.filter(([each]) => each === layer).reduce((sum, [, { length }]) => sum + length, 0)).toBe(300);
  });
});
