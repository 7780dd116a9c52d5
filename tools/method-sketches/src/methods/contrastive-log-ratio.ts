import { column, tokenLogProb, type Annotator } from "@tokenwise/kit";

/** log π⁺(y_t) − log π⁻(y_t) of a contrastive pair of models, [B, T]. */
export const contrastiveLogRatio = column("tis-dpo.log-ratio");

/** Computes it, before training. */
export const contrast: Annotator = {
  name: "tis-dpo",
  columns: ["tis-dpo.log-ratio"],
  models: ["positive", "negative"],
  fingerprint: { version: 1 },
  async annotate({ prompt, responses }, { run }) {
    const ratios = responses.map(async ({ ids }) => {
      const needs = { plus: tokenLogProb("positive"), minus: tokenLogProb("negative") };
      const { plus, minus } = await run({ prompt, response: ids }, needs);
      return plus.map((value, token) => value - minus[token]!);
    });
    return { columns: { "tis-dpo.log-ratio": await Promise.all(ratios) } };
  },
};
