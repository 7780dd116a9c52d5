import type { Objective, PreferenceLoss } from "@tokenwise/kit";
import { aotLoss } from "./aot.ts";
import { apoLoss } from "./apo.ts";
import { bcoLoss } from "./bco.ts";
import { discopopLoss } from "./discopop.ts";
import { exoLoss } from "./exo.ts";
import { fDivergence } from "./f-divergence.ts";
import { hingeLoss } from "./hinge.ts";
import { ipoLoss } from "./ipo.ts";
import { ncaLoss } from "./nca.ts";
import { robustLoss } from "./robust.ts";
import { sigmoidLoss } from "./sigmoid.ts";
import { sppoLoss } from "./sppo.ts";
import type { TrlLoss, TrlOptions } from "./trl-options.ts";

type Named = Exclude<TrlLoss, "sft">;
const lossOf: Readonly<Record<Named, (options: TrlOptions) => PreferenceLoss>> = {
  sigmoid: ({ labelSmoothing }) => sigmoidLoss({ labelSmoothing }),
  sigmoid_norm: ({ labelSmoothing }) => sigmoidLoss({ labelSmoothing }),
  hinge: () => hingeLoss(),
  ipo: () => ipoLoss(),
  exo_pair: ({ labelSmoothing }) => exoLoss({ labelSmoothing }),
  nca_pair: () => ncaLoss(),
  robust: ({ labelSmoothing }) => robustLoss({ labelSmoothing }),
  bco_pair: () => bcoLoss({ shift: "none" }),
  sppo_hard: () => sppoLoss(),
  aot: ({ labelSmoothing }) => aotLoss({ labelSmoothing }),
  aot_unpaired: ({ labelSmoothing }) => aotLoss({ labelSmoothing, paired: false }),
  apo_zero: () => apoLoss(),
  apo_down: () => apoLoss({ anchor: "down" }),
  discopop: ({ temperature }) => discopopLoss({ temperature }),
};

/** A loss under the name that TRL gives it; its scores are of the divergence, and the log-ratio is logged. */
export function objectiveOf(name: Named, options: TrlOptions, weight: number): Objective {
  const { divergence, alpha } = options;
  const length = name === "ipo" || name === "sigmoid_norm" ? "mean" : "sum";
  return {
    scorer: fDivergence({ divergence, length, alpha }),
    loss: lossOf[name](options),
    weight,
  };
}
