import { compose, dpo, implicitReward, logistic, sft, type Method } from "@tokenwise/kit";
import { epsilonBeta, epsilonDpo } from "@tokenwise/plugin-epsilon-dpo";
import { importanceWeights, tisDpo } from "@tokenwise/plugin-tis-dpo";

/** What a contestant is trained on; `weighted` and `shuffled` are pairs with a column of token weights. */
export type Rows = "chosen" | "rejected" | "pairs" | "flipped" | "weighted" | "shuffled";

export interface Contestant {
  readonly name: string;
  /** A control shows what a method's own idea is worth: the same without it. */
  readonly kind: "method" | "control";
  readonly method: Method;
  readonly rows: Rows;
}

const beta = 0.2;
const epsilon = 0.01;
/** The contrast is between two models; nothing stands before the prompt. */
export const contrastOfModels = { positivePrompt: "", negativePrompt: "" };

const weightsAndBeta = compose({
  weighter: importanceWeights(contrastOfModels),
  beta: epsilonBeta({ beta, epsilon }),
  scorer: implicitReward(),
  loss: logistic(),
});
const weighted = tisDpo({ ...contrastOfModels, beta });
const randomly = tisDpo({ ...contrastOfModels, beta, transform: { kind: "random" } });

/** What the demonstration compares. */
export const contestants: readonly Contestant[] = [
  { name: "SFT on chosen", kind: "method", method: sft(), rows: "chosen" },
  { name: "SFT on rejected", kind: "control", method: sft(), rows: "rejected" },
  { name: "DPO", kind: "method", method: dpo({ beta }), rows: "pairs" },
  { name: "ε-DPO", kind: "method", method: epsilonDpo({ beta, epsilon }), rows: "pairs" },
  { name: "TIS-DPO", kind: "method", method: weighted, rows: "weighted" },
  { name: "TIS-DPO × ε-DPO", kind: "method", method: weightsAndBeta, rows: "weighted" },
  { name: "TIS-DPO, weights shuffled", kind: "control", method: weighted, rows: "shuffled" },
  { name: "TIS-DPO, weights random", kind: "control", method: randomly, rows: "weighted" },
  { name: "DPO, labels flipped", kind: "control", method: dpo({ beta }), rows: "flipped" },
];
