/** Groups of the authors' golden file as tables, and how their options read here. */
import { rewards as rewardsRequest, tf, tokenLogProb } from "@tokenwise/kit";
import { batchOf, logitsOf, tokenTable, type Candidate, type Formula, type Given } from "@tokenwise/testkit";
import type { Options } from "../src/index.ts";
import file from "./goldens/authors.json" with { type: "json" };

export interface Groups {
  readonly vocab: number;
  readonly groupSize: number;
  readonly rows: readonly { readonly promptIds: readonly number[]; readonly response: readonly number[] }[];
  readonly policyLogits: Formula;
  readonly anchorLogits: Formula;
  readonly rewards: readonly (readonly number[])[];
}
export const inputs = file.inputs as unknown as Readonly<Record<string, Groups>>;

export interface Case {
  readonly name: string;
  readonly input: string;
  readonly options: {
    readonly tau: number;
    readonly betaReward: number;
    readonly scaleRewards: string;
    readonly samplingTemperature: number;
    readonly anchorKl: number;
    readonly dropAllFailedPrompts: boolean;
    readonly adaptiveTau: boolean;
    readonly adaptive?: { readonly alpha: number; readonly beta: number; readonly min: number; readonly max: number };
  };
  readonly codeVersion: string;
  readonly authors_code: {
    readonly loss: number;
    readonly metrics: Readonly<Record<string, readonly number[]>>;
    readonly gradient: {
      readonly l2: number;
      readonly rowL2: readonly number[];
      readonly at: readonly (readonly number[])[];
    };
  };
  readonly derived_tau?: readonly number[];
  readonly derived: {
    readonly targets: readonly (readonly number[])[];
    readonly anchoredScores: readonly (readonly number[])[];
    readonly perPromptLoss: readonly number[];
    readonly targetEntropy: readonly number[];
    readonly keptPrompts?: readonly boolean[];
  };
  readonly paper: { readonly perPromptLoss?: readonly number[] };
}
export const cases = file.cases.filter(({ input }) => input !== undefined) as unknown as readonly Case[];

export const optionsOf = ({ options, codeVersion }: Case): Options => {
  const { tau, betaReward: temperature, adaptiveTau, adaptive, anchorKl, dropAllFailedPrompts: dropFailed } = options;
  const { alpha = 0.5, beta: penalty = 1, min = 0.1, max = 5 } = adaptive ?? {};
  const scaled = codeVersion !== "HEAD" || options.scaleRewards === "group";
  return {
    tau,
    // The trainer that the port builds on adds 1e-4 to the deviation; an earlier commit takes the z-score itself.
    targets: scaled
      ? { kind: "z-score", temperature, epsilon: codeVersion === "HEAD" ? 1e-4 : 1e-8 }
      : { kind: "raw", temperature },
    ...(adaptiveTau && { adaptive: { alpha, penalty, min, max } }),
    anchorKl,
    dropFailed,
  };
};

/** Logits are divided by the temperature of sampling, as in the port. */
export function tableOf(groups: Groups, temperature = 1): Given {
  const { groupSize, rows, rewards, vocab } = groups;
  const candidates = rows.map(({ promptIds, response }, row) => ({ row, promptLength: promptIds.length, response }));
  const batch = batchOf(rewards.map((_, prompt) => candidates.slice(groupSize * prompt, groupSize * (prompt + 1))));
  const logits = ({ terms }: Formula) =>
    tf.div(logitsOf({ terms }, candidates, batch.responseMask.shape[1]!, vocab), temperature);
  return {
    batch,
    logits: { policy: logits(groups.policyLogits), reference: logits(groups.anchorLogits) },
    values: [[rewardsRequest, tf.tensor2d(rewards.map((group) => [...group]))]],
  };
}

/** Some candidates' sequence log-probabilities s and s_anchor, in one prompt, with their rewards; null: missing. */
export function scoresTable(
  policy: readonly (number | null)[],
  anchor: readonly (number | null)[],
  rewards: readonly (number | null)[],
): Given {
  const candidate = (value: number | null): Candidate | undefined =>
    value === null ? undefined : { promptLength: 1, response: [3] };
  const table = (values: readonly (number | null)[], missing: number) =>
    tokenTable(
      values.map((value) => [value ?? missing]),
      1,
      0,
    );
  return {
    batch: batchOf([policy.map(candidate)]),
    values: [
      [tokenLogProb("policy"), table(policy, -7)],
      [tokenLogProb("reference"), table(anchor, 3)],
      [rewardsRequest, tf.tensor2d([rewards.map((reward) => reward ?? 99)])],
    ],
  };
}
