import type { tf } from "@tokenwise/kit";
import { describe, expect, inject, it } from "vitest";
import { wave } from "../../../test/support/finite-differences.ts";
import { onBackend } from "../../../test/support/on-backend.ts";
import { relativeDifference } from "../../../test/support/tiny-model.ts";
import { packTrees } from "../../stream/pack-trees.ts";
import { attend, attendBackward } from "./composite.ts";
import { joinedHeads, separateHeads } from "./head-layout.ts";
import type { AttentionPlan } from "./plan.ts";
import { segmentsOf } from "./segments.ts";

const tokens = (length: number) => new Int32Array(length);
const { trees, ids } = packTrees([
  { prefix: tokens(5), branches: [tokens(6), tokens(0), tokens(7)] },
  { prefix: tokens(0), branches: [tokens(3), tokens(2)] },
]);
const counts = { heads: 4, keyValueHeads: 2 };
const [rows, width] = [ids.length, 8];
const projectionsOf = () => ({ q: wave([rows, width]), k: wave([rows, width / 2], 1), v: wave([rows, width / 2], 2) });

/** Output and gradients by q, k and v. */
function run(plan: Pick<AttentionPlan, "layout" | "keepsWeights">, scoreCost: number): Float32Array[] {
  const complete = { ...plan, segments: trees.flatMap((tree) => segmentsOf(tree, scoreCost)), scale: 0.7 };
  const projections = projectionsOf();
  const [output, ...weights] = attend(projections, complete);
  const gradients = attendBackward(wave([rows, width], 3), projections, weights, complete);
  return [output!, ...gradients].map((tensor: tf.Tensor) => tensor.dataSync<"float32">());
}

describe.each(inject("backends"))("on %s", (backend) => {
  onBackend(backend);

  it.each([
    ["heads apart, in many blocks", separateHeads(counts), true, 1e7],
    ["heads joined, in many blocks", joinedHeads(counts), true, 1e7],
    ["heads joined, in one block a tree", joinedHeads(counts), true, 1],
    ["its weights computed again", separateHeads(counts), false, 1],
    ["its weights computed again, heads joined, in many blocks", joinedHeads(counts), false, 1e7],
  ])("attention is the same with %s", (_, layout, keepsWeights, scoreCost) => {
    const expected = run({ layout: separateHeads(counts), keepsWeights: true }, 1);
    run({ layout, keepsWeights }, scoreCost).forEach((numbers, i) => {
      expect(relativeDifference(numbers, expected[i]!)).toBeLessThan(1e-6);
    });
  });
});
