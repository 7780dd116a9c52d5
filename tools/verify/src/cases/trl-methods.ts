/** TRL's losses, by the names that it gives them. */
import {
  apo,
  binaryClassifier,
  discoPop,
  dominance,
  exo,
  fDivergence,
  hinge,
  lengthDesensitized,
  nca,
  robust,
  sppo,
  squared,
  wpo,
  type FDivergenceOptions,
} from "@tokenwise-tools/method-sketches";
import {
  constantBeta,
  implicitReward,
  logistic,
  logLikelihood,
  preferFirst,
  supervised,
  type Method,
  type Objective,
  type PreferenceLoss,
} from "@tokenwise/kit";
import { z } from "zod";

export const trlConfig = z.strictObject({
  loss_types: z.array(z.string()).min(1),
  loss_weights: z.array(z.number()).optional(),
  beta: z.number().default(0.1),
  ls: z.number().default(0),
  f: z.string().optional(),
  alpha: z.number().optional(),
  ld: z.number().nullish(),
  wpo: z.boolean().default(false),
  /** The reference's log-probabilities once, before training: the numbers are the same. */
  precompute: z.boolean().default(false),
  dtype: z.string().optional(),
});
export type TrlConfig = z.output<typeof trlConfig>;

/** Losses that read the scores of a pair, which an f-divergence may give. */
const ofScores: Readonly<Record<string, (smoothing: number) => PreferenceLoss>> = {
  sigmoid: () => logistic(),
  hinge: () => hinge(),
  exo_pair: (smoothing) => exo({ smoothing }),
  nca_pair: () => nca(),
  robust: (smoothing) => robust({ smoothing }),
  bco_pair: () => binaryClassifier(),
  sppo_hard: () => sppo(),
  apo_zero: () => apo({ towards: "zero" }),
  apo_down: () => apo({ towards: "down" }),
  discopop: () => discoPop(),
};

const divergences: Readonly<Record<string, FDivergenceOptions["divergence"]>> = {
  forward_kl: "forward-kl",
  js_divergence: "jensen-shannon",
  alpha_divergence: "alpha",
};

/** A text says why there is no such method. */
export function trlMethod(config: TrlConfig): Method | string {
  const { loss_types: types, loss_weights: weights = types.map(() => 1), beta, ls, f, ld, wpo: weighted } = config;
  if (weights.length !== types.length) return `${weights.length} weights for ${types.length} losses`;
  if (f !== undefined && f !== "reverse_kl" && !(f in divergences)) return `no f-divergence "${f}"`;
  if (f !== undefined && f !== "reverse_kl" && types.some((type) => type !== "sigmoid"))
    return `no f-divergence with ${types.join(", ")}`;
  if (weighted && types.includes("sft")) return "WPO weighs pairs, and the supervised term has none";
  const objectives: Objective[] = [];
  for (const [at, type] of types.entries()) {
    if (type === "sft") continue;
    const objective = objectiveOf(type, config);
    if (!objective) return `no loss "${type}"`;
    objectives.push({ ...objective, weight: weights[at]! });
  }
  return {
    beta: constantBeta({ beta }),
    targets: preferFirst({ smoothing: types.some((type) => type.startsWith("sigmoid")) ? ls : 0 }),
    ...(typeof ld === "number" && { weighter: lengthDesensitized({ alpha: ld }) }),
    ...(weighted && { emphasis: wpo() }),
    objectives,
    auxiliaries: types.flatMap((type, at) => (type === "sft" ? [supervised({ weight: weights[at]! })] : [])),
  };
}

function objectiveOf(type: string, { ls, f = "reverse_kl", alpha = 0.5 }: TrlConfig): Objective | undefined {
  const divergence = divergences[f];
  const ofSum = ofScores[type];
  if (ofSum) return { scorer: divergence ? fDivergence({ divergence, alpha }) : implicitReward(), loss: ofSum(ls) };
  if (type === "sigmoid_norm") return { scorer: implicitReward({ length: "mean" }), loss: logistic() };
  if (type === "ipo") return { scorer: implicitReward({ length: "mean" }), loss: squared() };
  if (type === "aot")
    return { scorer: logLikelihood({ length: "sum" }), loss: dominance({ smoothing: ls, paired: true }) };
  if (type === "aot_unpaired") return { scorer: implicitReward(), loss: dominance({ smoothing: ls, paired: false }) };
  return undefined;
}
