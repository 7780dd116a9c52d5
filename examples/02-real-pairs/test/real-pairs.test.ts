import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { trainOnRealPairs } from "../src/real-pairs.ts";
import trl from "../src/goldens/trl-smollm2.json" with { type: "json" };

const { TOKENWISE_SMOLLM2: model = "", TOKENWISE_HH_PAIRS: pairs = "", TOKENWISE_FULL } = process.env;

describe("DPO on real pairs", () => {
  it("refuses a folder that is not there, naming it", async () => {
    const missing = fileURLToPath(new URL("no-such-model", import.meta.url));
    const run = trainOnRealPairs({
      model: missing,
      pairs: "none.jsonl",
      steps: 1,
      backend: "cpu",
      microBatchTokens: 512,
    });
    await expect(run).rejects.toThrow(/no-such-model/);
  });

  const wanted = TOKENWISE_FULL !== undefined && model !== "" && pairs !== "";
  it.skipIf(!wanted)(
    "two steps of SmolLM2-135M-Instruct follow TRL (needs test:full, TOKENWISE_SMOLLM2: the model's folder, TOKENWISE_HH_PAIRS: the pairs; see the readme)",
    async () => {
      const run = await trainOnRealPairs({ model, pairs, steps: 2, backend: "wasm", microBatchTokens: 512 });
      run.history.forEach(({ metrics }, index) => {
        const golden = trl.steps[index]!;
        expect(Math.abs(metrics.loss! - golden.loss)).toBeLessThan(1e-3);
        expect(Math.abs(metrics.grad_norm! / golden.grad_norm - 1)).toBeLessThan(1e-2);
      });
      run.model.dispose();
    },
    900_000,
  );
});
