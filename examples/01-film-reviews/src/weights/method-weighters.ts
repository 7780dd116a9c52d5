/** Weights of the methods that need no contrast: attention, masks, attributions. */
import { compose, constantBeta, implicitReward, logistic, type Method } from "@tokenwise/kit";
import { attentionPo } from "@tokenwise/plugin-attention-po";
import { maPo, sparsePo } from "@tokenwise/plugin-sparse-po";
import { attributionWeights } from "@tokenwise/plugin-ti-dpo";
import type { Effort } from "./cost.ts";
import { byToken, inspectTokens } from "./token-weights.ts";
import type { Materials, Weighter } from "./weighter.ts";

/** In words that the reference knows. */
const judging = attentionPo({
  judgePrompt: ["", " the first .", " the second .", " i enjoyed the"],
  verdicts: ["first", "second"],
  chatTemplate: false,
});

const attention: Weighter = {
  name: "AttentionPO, the reference as judge",
  kind: "method",
  labels: "none",
  models: 0,
  effort: { forward: 2 }, // both answers, in both orders
  async weigh({ reference, pairs, judged }) {
    const { shares } = await inspectTokens({ reference, pairs: judged, method: judging });
    const accuracy = shares.find(({ name }) => name === "accuracy");
    const inspected = await inspectTokens({ reference, pairs, method: judging });
    return { weights: byToken(inspected, ({ weight }) => weight), ...(accuracy && { accuracy }) };
  },
};

const sparse = sparsePo({ masks: "independent", init: "positive", l1Reward: 0.001, l1Divergence: 0.001 });
const masks = new WeakMap<Materials, Promise<string>>();

function trainedMask(name: string, side: "weight" | "divergenceWeight"): Weighter {
  return {
    name: `SparsePO, ${name}`,
    kind: "method",
    labels: "the method's",
    models: 0,
    async weigh(materials) {
      const { reference, pairs, trained } = materials;
      const folder = masks.get(materials) ?? trained.withParts(sparse);
      masks.set(materials, folder);
      const inspected = await inspectTokens({ reference, pairs, method: sparse, policy: await folder });
      return { weights: byToken(inspected, (token) => token[side]) };
    },
  };
}

const plainWeights = (name: string, method: Method, effort: Effort = {}): Weighter => ({
  name,
  kind: "method",
  labels: "none",
  models: 0,
  effort,
  weigh: async ({ reference, pairs }) => ({
    weights: byToken(await inspectTokens({ reference, pairs, method }), ({ weight }) => weight),
  }),
});

const attributed = (options: Parameters<typeof attributionWeights>[0]): Method =>
  compose({
    weighter: attributionWeights(options),
    beta: constantBeta({ beta: 0.1 }),
    scorer: implicitReward(),
    loss: logistic(),
  });

/** A pass of its own, and back to the embeddings. */
const attributing = { forward: 1, backward: 1 };

const ofTrained: Weighter = {
  name: "TI-DPO, attribution alone, after DPO",
  kind: "method",
  labels: "the method's",
  models: 0,
  effort: attributing,
  async weigh({ reference, pairs, trained }) {
    const policy = await trained.preferring({ swap: false });
    const inspected = await inspectTokens({ reference, pairs, method: attributed({ lambda: 1 }), policy });
    return { weights: byToken(inspected, ({ weight }) => weight) };
  },
};

export const methodWeighters: readonly Weighter[] = [
  attention,
  trainedMask("m^u, trained", "weight"),
  trainedMask("m^d, trained", "divergenceWeight"),
  plainWeights("MaPO", maPo()),
  plainWeights("TI-DPO, as released (λ 0.2)", attributed({}), attributing),
  plainWeights(
    "TI-DPO, the paper's (λ 0.7)",
    attributed({ lambda: 0.7, priorDivisor: 4, span: "response" }),
    attributing,
  ),
  plainWeights("TI-DPO, attribution alone (λ 1)", attributed({ lambda: 1 }), attributing),
  ofTrained,
];
