import { tf } from "@tokenwise/kit";
import { describe, expect, inject, it } from "vitest";
import { onBackend } from "../../test/support/on-backend.ts";
import { relativeDifference } from "../../test/support/tiny-model.ts";
import { parseConfig } from "../config/parse-config.ts";
import golden from "../goldens/transformers-tiny.json" with { type: "json" };
import { packTrees } from "../stream/pack-trees.ts";
import { createModel } from "./create-model.ts";

/** The golden's formula for parameter values. */
function formulaWeights(names: readonly string[]) {
  return (name: string, shape: readonly number[]): Float32Array => {
    const p = names.indexOf(name);
    return Float32Array.from({ length: shape.reduce((x, y) => x * y, 1) }, (_, k) => {
      const s = Math.sin(0.7 * k + 0.011 * (p + 1) * k * k + 1.3 * p + 0.2);
      return name.includes("norm") ? 1 + 0.1 * s : 0.4 * s;
    });
  };
}

describe.each(inject("backends"))("on %s", (backend) => {
  onBackend(backend);

  it.each(Object.keys(golden.models) as (keyof typeof golden.models)[])(
    "%s has the parameters, the logits and the hidden states of transformers",
    async (name) => {
      const { config, parameters, logits, hiddenStates } = golden.models[name];
      const model = createModel(parseConfig(config), { weights: formulaWeights(parameters) });
      expect([...model.parameters.keys()].sort()).toEqual([...parameters].sort());
      const stream = packTrees([{ prefix: Int32Array.from(golden.ids), branches: [] }]);
      const result = model.forward(stream, { hiddenStates: "all" });
      const last = (await tf.matMul(result.hidden, model.unembedding, false, true).array()) as number[][];
      expect(relativeDifference(last.slice(-3).flat(), logits.flat())).toBeLessThan(1e-5);
      expect(result.hiddenStates).toHaveLength(hiddenStates.length);
      for (const [i, expected] of hiddenStates.entries()) {
        const row = (await result.hiddenStates![i]!.array()).at(-1)!;
        expect(relativeDifference(row, expected), `hidden state ${i}`).toBeLessThan(1e-5);
      }
      model.dispose();
    },
  );
});
