import { tf } from "@tokenwise/kit";
import { describe, expect, inject, it } from "vitest";
import { useBackend } from "../backend.ts";
import { llamaConfig } from "../config/llama-config.ts";
import golden from "../goldens/formula-llama.json" with { type: "json" };
import { packTrees } from "../stream/pack-trees.ts";
import { createModel } from "./create-model.ts";

const config = llamaConfig({
  vocabSize: golden.config.vocab_size,
  hiddenSize: golden.config.hidden_size,
  intermediateSize: golden.config.intermediate_size,
  numHiddenLayers: golden.config.num_hidden_layers,
  numAttentionHeads: golden.config.num_attention_heads,
  numKeyValueHeads: golden.config.num_key_value_heads,
  rmsNormEps: golden.config.rms_norm_eps,
  ropeTheta: golden.config.rope_theta,
});

/** The golden's formula for parameter values. */
function formulaWeights(role: "policy" | "reference") {
  const { a, c, d, e, scale, a2, c2, d2, e2, amp } = golden.coefficients;
  const order = golden.parameters.map(([name]) => name);
  return (name: string, shape: readonly number[]): Float32Array => {
    const p = order.indexOf(name);
    return Float32Array.from({ length: shape.reduce((x, y) => x * y, 1) }, (_, k) => {
      const s = Math.sin(a * k + c * (p + 1) * k * k + d * p + e);
      if (name.includes("norm")) return 1 + 0.1 * s;
      const shift = role === "policy" ? 0 : amp * Math.sin(a2 * k + c2 * (p + 1) * k * k + d2 * p + e2);
      return scale * s + shift;
    });
  };
}

describe.each(inject("backends"))("on %s", (backend) => {
  it.each(["policy", "reference"] as const)(
    "the %s of the formula-weighted Llama gives the logits of transformers",
    async (role) => {
      await useBackend(backend);
      const model = createModel(config, { weights: formulaWeights(role) });
      for (const [name, [sum, norm, first, last]] of Object.entries<number[]>(golden.initialChecks[role])) {
        const values = await model.parameters.get(name)!.data<"float32">();
        expect(
          values.reduce((x, y) => x + y, 0),
          name,
        ).toBeCloseTo(sum!, 5);
        expect(Math.hypot(...values), name).toBeCloseTo(norm!, 5);
        expect([values[0], values.at(-1)], name).toEqual([expect.closeTo(first!, 6), expect.closeTo(last!, 6)]);
      }
      const { hidden } = model.forward(packTrees([{ prefix: Int32Array.from(golden.forwardCheck.ids), branches: [] }]));
      const logits = tf.matMul(hidden, model.unembedding, false, true);
      const row = ((await logits.array()) as number[][])[2]!;
      const expected = golden.forwardCheck[`${role}LogitsAtPosition2`];
      const scale = Math.max(...expected.map(Math.abs));
      row.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5 * scale));
      model.dispose();
    },
  );
});
