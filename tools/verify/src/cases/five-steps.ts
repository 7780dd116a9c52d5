/** Five (or as many as the case has) optimizer steps of a tiny Llama, by the trainer's session. */
import {
  blend,
  assignWeights,
  groupExamples,
  pairExamples,
  weightsOf,
  type Example,
  type Weights,
} from "@tokenwise-tools/golden-runs";
import {
  describeDataset,
  parseSettings,
  planMethod,
  Session,
  type SettingsInput,
  type StepMetrics,
} from "@tokenwise/core";
import type { tf } from "@tokenwise/kit";
import type { CausalModel, generate as generateSamples } from "@tokenwise/model";
import { z } from "zod";
import type { Findings } from "../check/findings.ts";
import { inputOf } from "../given/input.ts";
import { goldenModel, logitsOfSequence, modelSchema } from "../given/llama.ts";
import { mean } from "../given/pairs.ts";
import { characterTokenizer } from "../given/tokenizer.ts";
import { trainingOf } from "../given/training.ts";
import { isFields, Unreadable, type Case } from "../read/case.ts";
import { groupRows, ids, number, numbers, pairRows, rows as rowsSchema } from "../read/schemas.ts";
import { has, type CaseKind } from "./kind.ts";
import type { Run } from "./run.ts";
import { runOf } from "./trained-methods.ts";

const sums = z.record(z.string(), z.array(number).min(2));
const models = z.object({
  initialChecks: z.object({ policy: sums.optional(), reference: sums.optional() }).default({}),
  forwardCheck: z
    .object({ ids })
    .catchall(z.union([numbers, z.string()]))
    .optional(),
});
const schema = z.object({
  steps: z.array(z.looseObject({ loss: number, gradNorm: number.optional() })).min(1),
  final: sums.optional(),
  finalAnchor: sums.optional(),
  finalMaskNetwork: sums.optional(),
  weights: rowsSchema.optional(),
});

export const fiveSteps: CaseKind = {
  name: "trained steps",
  recognizes: ({ fields }) => has(fields, "steps", "method") && has(fields, "input"),
  async run(each, findings) {
    const { steps, final, finalAnchor, finalMaskNetwork } = schema.parse(each.fields);
    const { model: stated, fields: model } = modelOf(each);
    const training = trainingOf(each.file);
    if (typeof training === "string") {
      findings.skip("", training);
      return;
    }
    const run = runOf(each.fields, training.weightDecay);
    findings.input("input", "options", "weights", "advantages", "rewards", "maskNetwork", "anchors");
    if (typeof run === "string") {
      findings.skip("", run);
      return;
    }
    const examples = examplesOf(each, run);
    const [policy, reference] = [goldenModel(stated, "policy"), goldenModel(stated, "reference")];
    try {
      compareModels(findings, models.parse(model), policy, reference);
      const session = sessionOf(training.settings, run, examples, policy, reference, steps.length);
      try {
        run.begin?.(session);
        let moved = run.anchorDecay === undefined ? undefined : nextAnchor(run.anchorDecay, reference, policy);
        for (const [index, expected] of steps.entries()) {
          await run.beforeStep?.(findings, `steps.${index}`, expected, () =>
            session.inspect(examples, characterTokenizer(undefined)),
          );
          const before = new Map(session.states);
          const metrics = await session.train(examples);
          compareStep(findings, `steps.${index}`, metrics, expected, run);
          run.afterStep?.(findings, `steps.${index}`, expected, { before, after: session.states });
          if (moved) {
            assignWeights(reference.parameters, moved);
            moved = nextAnchor(run.anchorDecay!, reference, policy);
          }
        }
        compareSums(findings, "final", policy.parameters, final);
        compareSums(findings, "finalAnchor", reference.parameters, finalAnchor);
        if (finalMaskNetwork && run.parts)
          compareSums(findings, "finalMaskNetwork", run.parts(session), finalMaskNetwork);
        if (run.note) findings.skip("options.anchor", run.note);
      } finally {
        session.dispose();
      }
    } finally {
      policy.dispose();
      reference.dispose();
    }
  },
};

/** The model that the case names, or the only one. */
function modelOf({ fields, file }: Case) {
  const all = isFields(file.models) ? file.models : {};
  const name = typeof fields.model === "string" ? fields.model : Object.keys(all)[0];
  const found = [fields.model, file.model].find(isFields) ?? all[name ?? ""];
  if (!isFields(found)) throw new Unreadable("models: the file has none for the case");
  return { model: modelSchema.parse(found), fields: found };
}

function examplesOf(each: Case, run: Run): Example[] {
  const input = inputOf(each);
  if (!("groupSize" in input)) return pairExamples(pairRows.parse(input.rows), run.columns);
  const rewards = z.array(z.array(z.number())).parse(each.fields.rewards ?? input.rewards);
  return groupExamples({ groupSize: z.int().parse(input.groupSize), rows: groupRows.parse(input.rows), rewards });
}

function sessionOf(
  given: SettingsInput,
  run: Run,
  examples: readonly Example[],
  policy: CausalModel,
  reference: CausalModel,
  steps: number,
): Session {
  const settings = parseSettings(given);
  const limits = { vocabulary: policy.config.vocabSize, positions: policy.config.maxPositionEmbeddings };
  const plan = planMethod(run.method, describeDataset(examples, limits), settings);
  /** The samples of the case, each for its row. */
  const generate: typeof generateSamples = (_, prompts) =>
    prompts.map((prompt) => Int32Array.from(run.samples?.[examples.findIndex((row) => row.prompt === prompt)] ?? []));
  return new Session({
    plan,
    policy,
    reference,
    settings,
    ...(run.samples && { sampling: { generate } }),
    schedule: { kind: "constant", warmupSteps: 0, totalSteps: steps },
  });
}

function compareModels(
  findings: Findings,
  { initialChecks, forwardCheck }: z.output<typeof models>,
  policy: CausalModel,
  reference: CausalModel,
): void {
  compareSums(findings, "initialChecks.policy", policy.parameters, initialChecks.policy);
  compareSums(findings, "initialChecks.reference", reference.parameters, initialChecks.reference);
  for (const [key, expected] of Object.entries(forwardCheck ?? {})) {
    const [, role, position] = /^(policy|reference)LogitsAtPosition(\d+)$/.exec(key) ?? [];
    if (role === undefined) continue;
    const logits = logitsOfSequence(role === "policy" ? policy : reference, forwardCheck!.ids)[Number(position)];
    findings.near(`forwardCheck.${key}`, logits ?? [], numbers.parse(expected));
  }
}

function compareStep(
  findings: Findings,
  field: string,
  metrics: StepMetrics,
  expected: Readonly<Record<string, unknown>>,
  run: Run,
): void {
  const { stepLoss, stepNorm } = findings.tolerances;
  findings.input(`${field}.step`);
  const absolute = { tolerance: stepLoss, unit: 1 };
  findings.near(`${field}.loss`, metrics.loss ?? NaN, number.parse(expected.loss), absolute);
  findings.near(`${field}.gradNorm`, metrics.grad_norm ?? NaN, number.optional().parse(expected.gradNorm), {
    tolerance: stepNorm,
  });
  const parts = number.optional().parse(expected.maskGradNorm);
  findings.near(`${field}.maskGradNorm`, metrics["grad_norm/parts"] ?? NaN, parts, { tolerance: stepNorm });
  for (const [theirs, ours] of Object.entries(run.metrics)) {
    const value = z.union([number, numbers]).optional().parse(expected[theirs]);
    if (value !== undefined) findings.near(`${field}.${theirs}`, metrics[ours] ?? NaN, mean([value].flat()), absolute);
  }
  const perPair = numbers.optional().parse(expected.losses);
  if (perPair && run.lossIsMean) findings.near(`${field}.losses`, metrics.loss ?? NaN, mean(perPair), absolute);
}

/** [sum, L2 norm, first, last] of each parameter. */
function compareSums(
  findings: Findings,
  field: string,
  parameters: ReadonlyMap<string, tf.Tensor>,
  expected: z.output<typeof sums> | undefined,
): void {
  for (const [name, wanted] of Object.entries(expected ?? {})) {
    const values = [...(parameters.get(name)?.dataSync<"float32">() ?? [])];
    const total = values.reduce((a, b) => a + b, 0);
    const ours = [total, Math.hypot(...values), values[0] ?? NaN, values.at(-1) ?? NaN].slice(0, wanted.length);
    findings.near(`${field}.${name}`, ours, wanted, { tolerance: findings.tolerances.finalSum, unit: 1 });
  }
}

const nextAnchor = (decay: number, reference: CausalModel, policy: CausalModel): Weights =>
  blend(weightsOf(reference.parameters), weightsOf(policy.parameters), decay);
