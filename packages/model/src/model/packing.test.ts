import { tf } from "@tokenwise/kit";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { onBackend } from "../../test/support/on-backend.ts";
import { wave } from "../../test/support/finite-differences.ts";
import { relativeDifference, someTokens, tinyModel } from "../../test/support/tiny-model.ts";
import { packTrees, type PackedStream, type Span, type TokenTree } from "../stream/pack-trees.ts";
import type { CausalModel } from "./causal-model.ts";

/** Branches long enough that attention computes them in blocks of their own. */
const long: TokenTree = { prefix: someTokens(12, 1), branches: [someTokens(112, 2), someTokens(114, 3)] };
const trees: readonly TokenTree[] = [
  { prefix: someTokens(5), branches: [someTokens(3, 1), someTokens(4, 2)] },
  { prefix: someTokens(0), branches: [someTokens(2, 3)] },
  { prefix: someTokens(4, 5), branches: [] },
  { prefix: someTokens(2, 6), branches: [someTokens(1, 7), someTokens(0), someTokens(3, 8)] },
  long,
];

const hiddenOf = (model: CausalModel, stream: PackedStream): Float32Array =>
  tf.tidy(() => model.forward(stream).hidden.dataSync<"float32">());
const rows = (hidden: Float32Array, { start, length }: Span) => hidden.subarray(start * 16, (start + length) * 16);

describe.each(inject("backends"))("on %s", (backend) => {
  onBackend(backend);
  let model: CausalModel;
  beforeAll(() => {
    model = tinyModel({ tieWordEmbeddings: true });
  });

  it("a packed branch has the hidden states of its prefix and itself run alone", () => {
    const packed = packTrees(trees);
    const hidden = hiddenOf(model, packed);
    trees.forEach(({ prefix, branches }, t) => {
      const spans = packed.trees[t]!;
      if (prefix.length > 0) {
        const alone = hiddenOf(model, packTrees([{ prefix, branches: [] }]));
        expect(relativeDifference(rows(hidden, spans.prefix), alone)).toBeLessThan(1e-5);
      }
      branches.forEach((branch, b) => {
        if (branch.length === 0) return;
        const alone = hiddenOf(model, packTrees([{ prefix: Int32Array.of(...prefix, ...branch), branches: [] }]));
        expect(relativeDifference(rows(hidden, spans.branches[b]!), alone.subarray(prefix.length * 16))).toBeLessThan(
          1e-5,
        );
      });
    });
  });

  it("the order of trees changes nothing", () => {
    const packed = packTrees(trees);
    const reversed = packTrees([...trees].reverse());
    const [hidden, other] = [hiddenOf(model, packed), hiddenOf(model, reversed)];
    packed.trees.forEach((tree, t) => {
      const twin = reversed.trees[trees.length - 1 - t]!;
      tree.branches.forEach((span, b) => {
        if (span.length > 0)
          expect(relativeDifference(rows(other, twin.branches[b]!), rows(hidden, span))).toBeLessThan(1e-5);
      });
    });
  });

  it("gradients of a packed tree are those of its branches run alone, added up", () => {
    const variables = [...model.parameters.values()];
    const lossOf = (stream: PackedStream, counted: readonly Span[]) => () => {
      const { hidden } = model.forward(stream);
      // Not their squares: the norm makes the sum of those a constant.
      const parts = counted.map(({ start, length }) =>
        tf.sum(tf.mul(tf.slice(hidden, [start, 0], [length, -1]), wave([length, 16]))),
      );
      return tf.addN(parts) as tf.Scalar;
    };
    const packed = packTrees([long]);
    const together = tf.variableGrads(lossOf(packed, packed.trees[0]!.branches), variables).grads;
    const apart = long.branches.map((branch) => {
      const stream = packTrees([{ prefix: Int32Array.of(...long.prefix, ...branch), branches: [] }]);
      return tf.variableGrads(lossOf(stream, [{ start: long.prefix.length, length: branch.length }]), variables).grads;
    });
    for (const { name } of variables) {
      const sum = tf.addN(apart.map((grads) => grads[name]!)).dataSync<"float32">();
      expect(relativeDifference(together[name]!.dataSync<"float32">(), sum), name).toBeLessThan(1e-4);
    }
  });
});
