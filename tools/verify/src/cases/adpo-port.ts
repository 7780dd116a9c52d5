import { rewards as rewardsRequest, tf, tokenLogProb } from "@tokenwise/kit";
import { adpo, type Options } from "@tokenwise/plugin-adpo";
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
    poly_epsilon: z.number().default(1),
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
    if (options.pl_temperature !== 1) {
      findings.skip("", "our Plackett–Luce loss has no temperature beside τ");
      return;
    }
    const { lengths } = tokenLogProbs;
    const values = ({ mean: level, amp, b, t, phase }: z.output<typeof wave>) =>
      lengths.map((length, row) =>
        Array.from({ length }, (_, token) => level + amp * Math.sin(b * row + t * token + phase)),
      );
    const [policy, anchor] = [values(tokenLogProbs.policy), values(tokenLogProbs.anchor)];
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
      targets: options.scale_rewards
        ? { kind: "z-score", temperature: beta_reward, epsilon: 0 }
        : { kind: "raw", temperature: beta_reward },
      length: perToken ? "mean" : "sum",
      loss: loss_variant === "softmax" ? { kind: "softmax" } : rankingOf(options),
      ...(options.clip_log_ratio > 0 && { clipScore: options.clip_log_ratio }),
      ...(options.clip_anchored_score > 0 && { clipLogit: options.clip_anchored_score }),
    });
    const result = evaluate(method, [table]);
    findings.near("authors_code.loss", result.loss, code.loss);
    const within = (value: number, bound: number) => (bound > 0 ? Math.min(bound, Math.max(-bound, value)) : value);
    const scores = result.scores.flatMap((group, prompt) =>
      group.map((score) => {
        const logit = result.beta[prompt]! * within(score, options.clip_log_ratio);
        return within(logit, options.clip_anchored_score);
      }),
    );
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

const rankingOf = (options: z.output<typeof schema>["options"]): NonNullable<Options["loss"]> => ({
  kind: "plackett-luce",
  smoothing: options.pl_label_smoothing,
  poly: options.use_poly_loss ? options.poly_epsilon : 0,
  ...(options.pl_top_k > 0 && { places: options.pl_top_k }),
});
