/** The contract of every method and part. Its gradients are checked by finite differences there. */
import { dpo } from "@tokenwise/kit";
import { checkContract } from "@tokenwise/testkit";
import { methodContract } from "@tokenwise/testkit/vitest";
import { describe, expect, it } from "vitest";
import plugin, {
  aotLoss,
  apoLoss,
  batchBeta,
  bcoLoss,
  betaDpo,
  discopop,
  discopopLoss,
  fDivergence,
  fDpo,
  gapFilter,
  ldDpo,
  lengthNormalizedDpo,
  trlDpo,
} from "../src/index.ts";

type Declared = NonNullable<Parameters<typeof methodContract>[1]>;
/** Options that are tried beside the defaults, and what is declared. */
const declared = new Map<unknown, Declared>([
  [apoLoss, { options: [{ anchor: "down" }] }],
  [bcoLoss, { options: [{ shift: "none" }] }],
  [aotLoss, { options: [{ paired: false, labelSmoothing: 0.1 }] }],
  [
    fDivergence,
    {
      options: [
        { divergence: "alpha", alpha: 2 },
        { divergence: "jensen-shannon", length: "mean" },
      ],
    },
  ],
  [gapFilter, { options: [{ beta: 5, keep: 0.5 }] }],
  [betaDpo, { options: [{ beta: 5, keep: 0.5 }] }],
  [batchBeta, { options: [{ beta: 5, alpha: 0.3 }] }],
  [fDpo, { neutral: [{ options: { divergence: "reverse-kl" }, equals: dpo(), tolerance: 1e-6 }] }],
  [ldDpo, { neutral: [{ options: { alpha: 1, labelSmoothing: 0.1 }, equals: dpo({ labelSmoothing: 0.1 }) }] }],
  [lengthNormalizedDpo, { options: [{ labelSmoothing: 0.1 }] }],
  [
    trlDpo,
    {
      options: [
        { losses: ["sigmoid", "bco_pair", "sft"], weights: [0.8, 0.2, 1], weighted: false, lengthAlpha: 0.5 },
        { losses: ["discopop", "aot", "robust"], temperature: 0.5, labelSmoothing: 0.1, weighted: true },
        { losses: ["ipo", "sppo_hard", "exo_pair"], divergence: "alpha", alpha: 0.3, labelSmoothing: 0.01 },
      ],
      neutral: [{ options: { labelSmoothing: 0.1 }, equals: dpo({ labelSmoothing: 0.1 }), tolerance: 1e-6 }],
    },
  ],
]);

/** Its slope is positive where nothing has been learnt: see the last tests. */
const unusual = new Set<unknown>([discopop, discopopLoss]);

for (const factory of plugin.provides)
  if (!unusual.has(factory)) methodContract(factory as never, { effort: "small", ...declared.get(factory) });

describe("DiscoPOP", () => {
  it.each([discopop, discopopLoss])(
    "satisfies the contract, but that a step at the reference goes the wrong way",
    async (factory) => {
      const results = await checkContract(factory, { effort: "small" });
      expect(results.filter(({ holds }) => !holds).map(({ law }) => law)).toEqual(["direction/step"]);
    },
  );
});
