import { adpo } from "@tokenwise-tools/method-sketches";
import { rewards as rewardsRequest, tf, tokenLogProb } from "@tokenwise/kit";
import { batchOf, evaluate, tokenTable, type Given } from "@tokenwise/testkit";
import { z } from "zod";
import { mean, sum } from "../given/pairs.ts";
import { number, rows as rowsSchema } from "../read/schemas.ts";
import { has, type CaseKind } from "./kind.ts";

const wave = z.object({ mean: z.number(), amp: z.number(), b: z.number(), t: z.number(), phase: z.number() });
const schema = z.object({
  tokenLogProbs: z.object({ policy: wave, anchor: wave, lengths: z.array(z.int().positive()).min(1) }),
  groupSize: z.int().positive(),
  rewards: z.array(z.number()),
  options: z.object({
    loss_variant: z.enum(["softmax", "plackett_luce"]),
    tau: z.number(),
    beta_reward: z.number(),
    use_length_normalization: z.boolean().default(true),
    scale_rewards: z.boolean().default(true),
    clip_log_ratio: z.number().default(0),
    clip_anchored_score: z.number().default(0),
    use_poly_loss: z.boolean().default(false),
    pl_label_smoothing: z.number().default(0),
    pl_top_k: z.int().default(0),
    pl_temperature: z.number().default(1),
  }),
  authors_code: z.object({
    loss: number,
    metrics: z.record(z.string(), number).default({}),
    gradient: z.object({ values: rowsSchema }).optional(),
  }),
});

/** ADPO's second port, on given log-probabilities of tokens. */
export const adpoPort: CaseKind = {
  name: "ADPO port",
  recognizes: ({ fields }) => has(fields, "tokenLogProbs") && has(fields.options, "loss_variant"),
  run({ fields }, findings) {
    const { tokenLogProbs, groupSize, rewards, options, authors_code: code } = schema.parse(fields);
    const { loss_variant, tau, beta_reward, use_length_normalization: perToken } = options;
    findings.input("tokenLogProbs", "groupSize", "prompts", "rewards", "options");
    if (loss_variant === "plackett_luce") {
      const extra = [
        options.use_poly_loss ? "a Poly term" : "",
        options.pl_label_smoothing > 0 ? "label smoothing" : "",
        options.pl_top_k > 0 ? `the first ${options.pl_top_k} places alone` : "",
        options.pl_temperature !== 1 ? "a temperature of its own" : "",
      ].filter((each) => each !== "");
      if (extra.length > 0) {
        findings.skip("", `our Plackett–Luce loss does not have: ${extra.join(", ")}`);
        return;
      }
    }
    const { lengths } = tokenLogProbs;
    const values = ({ mean: level, amp, b, t, phase }: z.output<typeof wave>) =>
      lengths.map((length, row) =>
        Array.from({ length }, (_, token) => level + amp * Math.sin(b * row + t * token + phase)),
      );
    const [policy, anchor] = [values(tokenLogProbs.policy), values(tokenLogProbs.anchor)];
    const ratios = policy.map((row, at) => {
      const total = sum(row.map((value, token) => value - anchor[at]![token]!));
      return perToken ? total / row.length : total;
    });
    const beyond = (limit: number, by: number) => limit > 0 && ratios.some((ratio) => Math.abs(ratio / by) > limit);
    if (beyond(options.clip_log_ratio, 1) || beyond(options.clip_anchored_score, tau)) {
      findings.skip("", "scores beyond the released code's clip, which we have not");
      return;
    }
    const prompts = lengths.length / groupSize;
    const responses = lengths.map((length) => ({ promptLength: 1, response: Array<number>(length).fill(3) }));
    const batch = batchOf(
      Array.from({ length: prompts }, (_, prompt) => responses.slice(groupSize * prompt, groupSize * (prompt + 1))),
    );
    const width = batch.responseMask.shape[1]!;
    const table: Given = {
      batch,
      values: [
        [tokenLogProb("policy"), tokenTable(policy, width, -9)],
        [tokenLogProb("reference"), tokenTable(anchor, width, -9)],
        [rewardsRequest, tf.tensor2d(rewards, [prompts, groupSize])],
      ],
    };
    const method = adpo({
      tau,
      rewardTemperature: beta_reward,
      epsilon: options.scale_rewards ? 0 : "none",
      length: perToken ? "mean" : "sum",
      loss: loss_variant === "softmax" ? "softmax" : "plackett-luce",
    });
    const result = evaluate(method, [table]);
    findings.near("authors_code.loss", result.loss, code.loss);
    const scores = result.scores.flatMap((group, prompt) => group.map((score) => result.beta[prompt]! * score));
    const deviation = Math.sqrt(sum(scores.map((score) => (score - mean(scores)) ** 2)) / (scores.length - 1));
    findings.near(
      "authors_code.metrics.adpo/anchored_score_mean",
      mean(scores),
      code.metrics["adpo/anchored_score_mean"],
      { unit: 1 },
    );
    findings.near("authors_code.metrics.adpo/anchored_score_std", deviation, code.metrics["adpo/anchored_score_std"], {
      unit: 1,
    });
    findings.near("authors_code.metrics.adpo/effective_tau", 1 / mean(result.beta), code.metrics["adpo/effective_tau"]);
    findings.unlike("authors_code.advantages", "inside of the targets");
    const slopes = result.gradients.policy[0]!.arraySync() as number[][];
    findings.near(
      "authors_code.gradient.values",
      lengths.map((length, row) => slopes[row]!.slice(0, length)),
      code.gradient?.values,
      { tolerance: findings.tolerances.gradient },
    );
  },
};
