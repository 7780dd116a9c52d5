import { entropy, tf, tokenLogProb, type Method, type Request } from "@tokenwise/kit";
import { adpo, groupTargets, type Options } from "@tokenwise/plugin-adpo";
import { evaluate, reader, type Given } from "@tokenwise/testkit";
import { z } from "zod";
import { compareGradient } from "../check/gradient.ts";
import type { Findings } from "../check/findings.ts";
import { groupPlaces, groupsOf, groupTable, type Groups } from "../given/groups.ts";
import { mean, sum } from "../given/pairs.ts";
import { gradient, number, numbers, rows as rowsSchema } from "../read/schemas.ts";
import { has, type CaseKind } from "./kind.ts";

const schema = z.object({
  options: z.object({
    tau: z.number(),
    betaReward: z.number(),
    scaleRewards: z.string().default("group"),
    samplingTemperature: z.number().positive().default(1),
    anchorKl: z.number().default(0),
    dropAllFailedPrompts: z.boolean().default(false),
    adaptiveTau: z.boolean().default(false),
    adaptive: z.object({ alpha: z.number(), beta: z.number(), min: z.number(), max: z.number() }).optional(),
  }),
  authors_code: z
    .object({
      advantages: numbers.optional(),
      loss: number.optional(),
      metrics: z.record(z.string(), z.union([number, numbers])).default({}),
      sequenceLogProb: numbers.optional(),
      anchorLogProb: numbers.optional(),
      meanTokenEntropy: numbers.optional(),
      gradient: gradient.optional(),
    })
    .prefault({}),
  derived_tau: numbers.optional(),
  derived: z
    .object({
      targets: rowsSchema.optional(),
      anchoredScores: rowsSchema.optional(),
      anchoredProbabilities: rowsSchema.optional(),
      perPromptLoss: numbers.optional(),
      targetEntropy: numbers.optional(),
      keptPrompts: z.array(z.boolean()).optional(),
    })
    .default({}),
  paper: z
    .object({ targets: rowsSchema.optional(), perPromptLoss: numbers.optional(), loss: number.optional() })
    .default({}),
});
type Parsed = z.output<typeof schema>;
type Targets = NonNullable<Options["targets"]>;

/** What becomes of rewards before the softmax of the targets: scaled outside of the method, z-scored in it, or centred. */
function scalingOf(
  { options, authors_code: { advantages } }: Parsed,
  rewards: readonly (readonly number[])[],
): { readonly rewards: readonly (readonly number[])[]; readonly targets: Targets } | undefined {
  const temperature = options.betaReward;
  const zScore = (epsilon: number): Targets => ({ kind: "z-score", temperature, epsilon });
  const centred: Targets = { kind: "raw", temperature };
  const flat = rewards.flat();
  const asGiven = advantages?.every((value, at) => Math.abs(value - flat[at]!) < 1e-12);
  const raw = asGiven ?? options.scaleRewards.includes("raw rewards");
  if (raw) return { rewards, targets: zScore(1e-8) }; // an earlier commit: the loss z-scores what it is given
  const [scaling = ""] = options.scaleRewards.split(" ");
  if (scaling === "group") return { rewards, targets: zScore(1e-4) };
  if (scaling === "none") return { rewards, targets: centred };
  if (scaling !== "batch") return undefined;
  const average = mean(flat);
  const deviation = Math.sqrt(sum(flat.map((value) => (value - average) ** 2)) / (flat.length - 1));
  return { rewards: rewards.map((group) => group.map((value) => value / (deviation + 1e-4))), targets: centred };
}

/** ADPO on given logits: targets, temperatures, losses of prompts, gradients. */
export const adpoLoss: CaseKind = {
  name: "ADPO",
  recognizes: ({ fields }) => has(fields.options, "tau", "betaReward") && has(fields, "input") && !has(fields, "steps"),
  run(each, findings) {
    const parsed = schema.parse(each.fields);
    const { options, authors_code: code, derived, paper } = parsed;
    const temperature = options.samplingTemperature;
    const groups = groupsOf(each, findings, temperature);
    const scaling = scalingOf(parsed, groups.rewards);
    if (!scaling) {
      findings.skip("", `no scaling of rewards by "${options.scaleRewards}"`);
      return;
    }
    findings.unlike("authors_code.advantages", "inside of the targets, which are compared");
    const all = groups.rewards.map((_, prompt) => prompt);
    const table = groupTable(groups, all, scaling.rewards);
    const method = methodOf(options, scaling.targets);
    const result = evaluate(method, [table]);
    const kept = result.emphasis.map((weight) => Number(weight > 0));
    findings.exact("derived.keptPrompts", kept, derived.keptPrompts?.map(Number));
    findings.near("authors_code.loss", result.loss, code.loss);
    const slope = tf.mul(result.gradients.policy[0]!, 1 / temperature);
    compareGradient(findings, "authors_code.gradient", slope, code.gradient, groupPlaces(groups));
    compareTokens(findings, code, table, groups);
    compareTemperatures(findings, parsed, result.metrics["adaptive-temperature/temperature"]);

    const bare: Method = { ...methodOf({ ...options, dropAllFailedPrompts: false }, scaling.targets), auxiliaries: [] };
    const own = evaluate(bare, [table]);
    const targets = targetsOf(method, table);
    const scores = own.scores.map((group, at) => group.map((score) => own.beta[at]! * score));
    findings.near("derived.targets", targets, derived.targets);
    findings.near("derived.anchoredScores", scores, derived.anchoredScores, { unit: 1 });
    findings.near("derived.anchoredProbabilities", scores.map(softmax), derived.anchoredProbabilities);
    findings.near("derived.perPromptLoss", [...own.losses], derived.perPromptLoss);
    findings.near("derived.targetEntropy", targets.map(entropyOf), derived.targetEntropy, { unit: 1 });
    findings.unlike("derived.scoreGradient", "the gradient by the logits, which it is part of, is compared");

    const asPaper: Method = {
      ...bare,
      targets: groupTargets({ targets: { kind: "z-score", temperature: options.betaReward } }),
    };
    const plain = groupTable(groups, all, groups.rewards);
    const papers = evaluate(asPaper, [plain]);
    findings.near("paper.targets", targetsOf(asPaper, plain), paper.targets);
    findings.near("paper.perPromptLoss", [...papers.losses], paper.perPromptLoss);
    const { emphasis } = method;
    const dropped = emphasis ? evaluate({ ...asPaper, emphasis }, [plain]) : papers;
    findings.near("paper.loss", dropped.loss, paper.loss);
  },
};

function methodOf(options: Parsed["options"], targets: Targets): Method {
  const { tau, adaptiveTau, adaptive, anchorKl, dropAllFailedPrompts: dropFailed } = options;
  const { alpha = 0.5, beta: penalty = 1, min = 0.1, max = 5 } = adaptive ?? {};
  return adpo({ tau, targets, anchorKl, dropFailed, ...(adaptiveTau && { adaptive: { alpha, penalty, min, max } }) });
}

function compareTokens(findings: Findings, code: Parsed["authors_code"], table: Given, { rows }: Groups): void {
  const read = reader(table);
  const perRow = (request: Request) => (read(request) as tf.Tensor).arraySync() as number[][];
  const sums = (request: Request) =>
    perRow(request).map((values, row) => sum(values.slice(0, rows[row]!.response.length)));
  findings.near("authors_code.sequenceLogProb", sums(tokenLogProb("policy")), code.sequenceLogProb, { unit: 1 });
  findings.near("authors_code.anchorLogProb", sums(tokenLogProb("reference")), code.anchorLogProb, { unit: 1 });
  const entropies = sums(entropy).map((total, row) => total / rows[row]!.response.length);
  findings.near("authors_code.meanTokenEntropy", entropies, code.meanTokenEntropy, { unit: 1 });
}

function compareTemperatures(
  findings: Findings,
  { authors_code, derived_tau }: Parsed,
  temperatures: readonly number[] | undefined,
): void {
  if (!temperatures) return;
  const metric = (name: string) => [authors_code.metrics[`adpo/${name}`]].flat()[0];
  findings.near("derived_tau", [...temperatures], derived_tau);
  findings.near("authors_code.metrics.adpo/tau_mean", mean(temperatures), metric("tau_mean"));
  findings.near("authors_code.metrics.adpo/tau_min", Math.min(...temperatures), metric("tau_min"));
  findings.near("authors_code.metrics.adpo/tau_max", Math.max(...temperatures), metric("tau_max"));
}

function targetsOf({ targets }: Method, { batch, values = [] }: Given): number[][] {
  return targets!.targets({ batch, read: { rewards: values[0]![1] } }).arraySync() as number[][];
}

function softmax(values: readonly number[]): number[] {
  const largest = Math.max(...values);
  const exponents = values.map((value) => Math.exp(value - largest));
  return exponents.map((value) => value / sum(exponents));
}

const entropyOf = (probabilities: readonly number[]): number =>
  -sum(probabilities.map((p) => (p > 0 ? p * Math.log(p) : 0)));
