import { meanTokens, tf, weighter, type Method, type TokenWeighter } from "@tokenwise/kit";
import { maskedTdpo, maskNorm } from "@tokenwise/plugin-sparse-po";
import { evaluate, pairOrder, tokenTable, type GoldenPairs } from "@tokenwise/testkit";
import { z } from "zod";
import { Unreadable } from "../read/case.ts";
import { compareLosses, compareMetrics, expectedLosses } from "../check/losses.ts";
import { given, mean, pairsOf, sides, sum } from "../given/pairs.ts";
import { number, numbers, rows as rowsSchema } from "../read/schemas.ts";
import { has, type CaseKind } from "./kind.ts";

type Rows = readonly (readonly number[])[];
const mask = z.union([rowsSchema, z.null(), z.literal("same as reward")]);
const options = z.object({
  beta: z.number(),
  maskOnReward: z.boolean().default(true),
  maskOnKl: z.boolean().default(true),
  commonMask: z.boolean().default(false),
  lambdaU: z.number().default(0),
  lambdaD: z.number().default(0),
});
const schema = z.object({
  options,
  masks: z.object({ reward: mask.default(null), divergence: mask.default(null) }),
  authors_code: expectedLosses
    .extend({
      metrics: z.record(z.string(), number).optional(),
      maskGradient: z.object({ reward: rowsSchema.nullish(), divergence: rowsSchema.nullish() }).default({}),
    })
    .prefault({}),
  derived: z
    .object({
      losses: numbers.optional(),
      u: numbers.optional(),
      delta: numbers.optional(),
      rewardSum: numbers.optional(),
      klSum: numbers.optional(),
    })
    .default({}),
  paper: z.object({ rewardsChosen: numbers.optional(), rewardsRejected: numbers.optional() }).default({}),
});
type Options = z.output<typeof options>;

/** SparsePO with given masks, which are parameters here so that their gradients can be read. */
export const sparseLoss: CaseKind = {
  name: "SparsePO",
  recognizes: ({ fields }) => has(fields, "masks") && has(fields.options, "beta"),
  run(each, findings) {
    const { options: chosen, masks, authors_code: code, derived, paper } = schema.parse(each.fields);
    const { beta } = chosen;
    const input = pairsOf(each, findings);
    findings.input("masks");
    const table = given(input);
    const weighter = givenMasks(chosen, masks, input);
    const method = penalized(maskedTdpo(weighter, beta), chosen);
    const result = evaluate(method, [table]);
    compareLosses(findings, "authors_code", result, code, { input, beta });
    const rewards = sides(result.rewards);
    findings.near("paper.rewardsChosen", rewards.chosen, paper.rewardsChosen, { unit: beta });
    findings.near("paper.rewardsRejected", rewards.rejected, paper.rewardsRejected, { unit: beta });
    compareMasks(result.gradients.parameters, code.maskGradient);
    // Split: the log-ratio's part without the divergence, of the same weights.
    const plain = evaluate(maskedTdpo(weighter, beta), [table]);
    const { l1Reward, l1Divergence } = penalties(chosen);
    const norms = (side: "reward" | "divergence") => maskRows(masks, side)?.map((row) => sum(row.map(Math.abs)));
    const penalty = (pair: number) =>
      [pair, pair + input.pairs].reduce((total, row) => {
        const [reward, divergence] = [norms("reward")?.[row], norms("divergence")?.[row]];
        return total + l1Reward * (reward ?? 0) + l1Divergence * (divergence ?? 0);
      }, 0);
    findings.near(
      "derived.losses",
      plain.losses.map((loss, pair) => loss + penalty(pair)),
      derived.losses,
    );
    const alone = { ...method, auxiliaries: [], weighter: withoutDivergence(weighter) };
    const u = sides(evaluate(alone, [table]).scores);
    const both = sides(plain.scores);
    const kl = [
      ...both.chosen.map((s, pair) => s - u.chosen[pair]!),
      ...both.rejected.map((s, pair) => s - u.rejected[pair]!),
    ];
    const margins = (values: { chosen: number[]; rejected: number[] }) =>
      values.chosen.map((s, pair) => s - values.rejected[pair]!);
    findings.near("derived.rewardSum", [...u.chosen, ...u.rejected], derived.rewardSum, { unit: 1 });
    findings.near("derived.klSum", kl, derived.klSum, { unit: 1 });
    findings.near("derived.u", margins(u), derived.u, { unit: 1 });
    const delta = margins(u).map((s, pair) => s - margins(both)[pair]!);
    findings.near("derived.delta", delta, derived.delta, { unit: 1 });
    const { metrics } = code;
    if (metrics) {
      for (const name of Object.keys(metrics).filter((key) => key.startsWith("rewards/")))
        findings.skip(`authors_code.metrics.${name}`, "the released metric has the divergence with the other sign");
      const logps = Object.entries(metrics).filter(([key]) => key.startsWith("logps/") || key.startsWith("logits/"));
      compareMetrics(findings, "authors_code.metrics", plain, Object.fromEntries(logps), { table, input, beta });
      const halves = [kl.slice(0, input.pairs), kl.slice(input.pairs)] as const;
      findings.near("authors_code.metrics.WgtSeqKL/chosen", mean(halves[0]), metrics["WgtSeqKL/chosen"], { unit: 1 });
      findings.near("authors_code.metrics.WgtSeqKL/rejected", mean(halves[1]), metrics["WgtSeqKL/rejected"], {
        unit: 1,
      });
      compareWeights(metrics);
    }

    /** Shares of zeros in percent, and L1 norms, as means over the rows of a side. */
    function compareWeights(logged: Readonly<Record<string, number>>): void {
      const names = { reward: ["rw", "u"], divergence: ["kl", "d"] } as const;
      for (const side of ["reward", "divergence"] as const) {
        const values = maskRows(masks, side);
        if (!values) continue;
        const mask = tableOf(values, input, 0);
        const zeros = sides(meanTokens(tf.equal(mask, 0), table.batch).arraySync() as number[][]);
        for (const which of ["chosen", "rejected"] as const) {
          const sparsity = `Weights/${names[side][0]}_${which}_sparsity`;
          findings.near(`authors_code.metrics.${sparsity}`, 100 * mean(zeros[which]), logged[sparsity]);
          const rows = which === "chosen" ? values.slice(0, input.pairs) : values.slice(input.pairs);
          const norm = `Weights/${names[side][1]}_${which}_l1_norm`;
          const norms = rows.map((row) => sum(row.map(Math.abs)));
          findings.near(`authors_code.metrics.${norm}`, mean(norms), logged[norm]);
        }
      }
    }

    function compareMasks(gradients: Readonly<Record<string, tf.Tensor>>, expected: typeof code.maskGradient): void {
      const order = pairOrder(input.pairs);
      for (const side of ["reward", "divergence"] as const) {
        const tensor = gradients[`masks/${side}`];
        const wanted = expected[side];
        if (!tensor || !wanted) continue;
        const values = tensor.arraySync() as number[][];
        const ours = wanted.map((row, at) => values[order.indexOf(at)]!.slice(0, row.length));
        findings.near(`authors_code.maskGradient.${side}`, ours, wanted, { tolerance: findings.tolerances.gradient });
        const beyond = order.flatMap((row, at) => values[at]!.slice(input.rows[row]!.response.length));
        findings.exact(`authors_code.maskGradient.${side}`, sum(beyond.map(Math.abs)), 0);
      }
    }
  },
};

/** By row of the file; a common mask stands once. */
function maskRows(masks: z.output<typeof schema>["masks"], side: "reward" | "divergence"): Rows | undefined {
  const values = masks[side] === "same as reward" ? masks.reward : masks[side];
  return Array.isArray(values) ? values : undefined;
}

/** Rows of the file in the order of the batch. */
const tableOf = (values: Rows, { pairs, rows }: GoldenPairs, padding: number): tf.Tensor =>
  tokenTable(
    pairOrder(pairs).map((row) => values[row]!),
    Math.max(...rows.map(({ response }) => response.length)),
    padding,
  );

/** Values beyond a response are not 0, and must not matter. */
function givenMasks(
  { maskOnReward, maskOnKl, commonMask }: Options,
  masks: z.output<typeof schema>["masks"],
  input: GoldenPairs,
): TokenWeighter {
  const init = (values: Rows) => () => tableOf(values, input, 3.5);
  const of = (side: "reward" | "divergence"): Rows => {
    const values = maskRows(masks, side);
    if (!values) throw new Unreadable(`masks.${side}: the options ask for it, and it is not there`);
    return values;
  };
  const name = "masks";
  if (commonMask && maskOnReward && maskOnKl)
    return weighter({
      name,
      parameters: { reward: { init: init(of("reward")) } },
      weigh: ({ parameters: { reward } }) => ({ reward, divergence: reward }),
    });
  if (maskOnReward && maskOnKl)
    return weighter({
      name,
      parameters: {
        reward: { init: init(of("reward")) },
        divergence: { init: init(of("divergence")) },
      },
      weigh: ({ parameters }) => ({ reward: parameters.reward, divergence: parameters.divergence }),
    });
  if (maskOnReward)
    return weighter({
      name,
      parameters: { reward: { init: init(of("reward")) } },
      weigh: ({ parameters: { reward } }) => ({ reward }),
    });
  if (maskOnKl)
    return weighter({
      name,
      parameters: { divergence: { init: init(of("divergence")) } },
      weigh: ({ parameters: { divergence } }) => ({ divergence }),
    });
  return weighter({ name, weigh: () => ({}) });
}

const withoutDivergence = (masks: TokenWeighter): TokenWeighter => ({
  ...masks,
  weigh: (view) => ({ ...masks.weigh(view), divergence: tf.zerosLike(view.batch.responseMask) }),
});

/** The released code halves λ for a mask that is penalized on both sides, and penalizes no side without a mask. */
function penalties({ maskOnReward, maskOnKl, commonMask, lambdaU, lambdaD }: Options) {
  const share = commonMask && maskOnReward && maskOnKl ? 0.5 : 1;
  return { l1Reward: maskOnReward ? share * lambdaU : 0, l1Divergence: maskOnKl ? share * lambdaD : 0 };
}

function penalized(method: Method, options: Options): Method {
  const { l1Reward, l1Divergence } = penalties(options);
  return { ...method, auxiliaries: [maskNorm("reward", l1Reward), maskNorm("divergence", l1Divergence)] };
}
