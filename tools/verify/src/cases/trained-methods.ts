/** The methods of trained steps, from what their cases say. */
import { assignWeights, type Weights } from "@tokenwise-tools/golden-runs";
import type { Session } from "@tokenwise/core";
import { tf, type Json } from "@tokenwise/kit";
import { adpo } from "@tokenwise/plugin-adpo";
import { attentionPo } from "@tokenwise/plugin-attention-po";
import { epsilonDpo } from "@tokenwise/plugin-epsilon-dpo";
import { sparsePo } from "@tokenwise/plugin-sparse-po";
import { tdpo } from "@tokenwise/plugin-tdpo";
import { z } from "zod";
import { arithmetic } from "../read/expression.ts";
import { Unreadable, type Fields } from "../read/case.ts";
import { number, rows as rowsSchema } from "../read/schemas.ts";
import { perPair, type Run } from "./run.ts";
import { tiRun } from "./ti-run.ts";
import { weighedBy } from "./tis-dpo.ts";

const logged = { "logps/chosen": "logps/chosen", "logps/rejected": "logps/rejected" };
const rewards = {
  "rewards/chosen": "rewards/chosen",
  "rewards/rejected": "rewards/rejected",
  "rewards/accuracies": "rewards/accuracies",
  "rewards/margins": "rewards/margins",
};

/** How a case is run; a text says why it is not. */
export function runOf(fields: Fields, weightDecay: number): Run | string {
  const { method, options } = z.object({ method: z.string(), options: z.looseObject({}) }).parse(fields);
  const create = methods[method];
  return create ? create(options, fields, weightDecay) : `no method "${method}"`;
}

const methods: Readonly<Record<string, (options: Fields, fields: Fields, weightDecay: number) => Run | string>> = {
  tdpo(options) {
    const { variant, beta, alpha } = z
      .object({ variant: z.enum(["tdpo1", "tdpo2"]), beta: z.number(), alpha: z.number().default(0.5) })
      .parse(options);
    const method = tdpo({ variant, beta, ...(variant === "tdpo2" && { alpha }) });
    const metrics = { ...perPair, klChosen: "tdpo-score/kl-chosen", klRejected: "tdpo-score/kl-rejected" };
    return { method, metrics, lossIsMean: true };
  },

  "epsilon-dpo"(options) {
    const { beta, epsilon } = z.object({ beta: z.number(), epsilon: z.number() }).parse(options);
    const betaIn = (states: ReadonlyMap<string, Json>) =>
      (states.get("epsilon-beta") as { readonly beta: number }).beta;
    return {
      method: epsilonDpo({ beta, epsilon }),
      metrics: { ...logged, ...rewards, meanSignal: "epsilon-beta/step" },
      afterStep(findings, field, expected, { before, after }) {
        const tolerance = findings.tolerances.beta;
        findings.near(`${field}.betaUsed`, betaIn(before), number.optional().parse(expected.betaUsed), { tolerance });
        findings.near(`${field}.betaAfter`, betaIn(after), number.optional().parse(expected.betaAfter), { tolerance });
        findings.skip(`${field}.microBatches`, "a step is one here, whose means are compared");
      },
    };
  },

  "tis-dpo"(options, fields) {
    const { beta, klTerm, alpha } = z
      .object({ beta: z.number(), klTerm: z.boolean().default(false), alpha: z.number().nullish() })
      .parse(options);
    return {
      method: weighedBy("weights", beta, klTerm ? (alpha ?? 0.5) : 0),
      columns: { weights: rowsSchema.parse(fields.weights) },
      metrics: perPair,
      lossIsMean: true,
    };
  },

  "attention-po"(options, fields) {
    const { beta, labelSmoothing } = z
      .object({ beta: z.number(), labelSmoothing: z.number().default(0) })
      .parse(options);
    const weighted = Object.fromEntries(
      Object.values(rewards).map((name) => [name.replace("rewards/", "rewards/weighted_"), name]),
    );
    return {
      method: attentionPo({ beta, labelSmoothing }),
      columns: { "attention-po.weights": rowsSchema.parse(fields.weights) },
      metrics: { ...logged, ...weighted },
    };
  },

  adpo(options) {
    const given = z
      .object({
        tau: z.number(),
        betaReward: z.number(),
        anchor: z.string().default("fixed"),
        adaptiveTau: z.boolean().default(false),
        adaptive_tau_alpha: z.number().default(0.5),
        adaptive_tau_beta: z.number().default(1),
        adaptive_tau_min: z.number().default(0.1),
        adaptive_tau_max: z.number().default(5),
        beta_anchor_kl: z.number().default(0),
      })
      .parse(options);
    const decay = /ema, decay ([\d.]+)/.exec(given.anchor)?.[1];
    if (decay === undefined && !given.anchor.startsWith("fixed")) return `no anchor "${given.anchor}"`;
    const adaptive = {
      alpha: given.adaptive_tau_alpha,
      penalty: given.adaptive_tau_beta,
      min: given.adaptive_tau_min,
      max: given.adaptive_tau_max,
    };
    // Advantages of the trainer that it is built on divide by the group's deviation + 1e-4.
    const method = adpo({
      tau: given.tau,
      targets: { kind: "z-score", temperature: given.betaReward, epsilon: 1e-4 },
      anchorKl: given.beta_anchor_kl,
      ...(given.adaptiveTau && { adaptive }),
    });
    return {
      method,
      metrics: { tau_mean: "adaptive-temperature/temperature" },
      ...(decay !== undefined && {
        anchorDecay: Number(decay),
        note: "the released code moves its anchor before the optimizer step, ours after it: moved by hand here",
      }),
    };
  },

  "ti-dpo": tiRun,

  "sparse-po"(options, fields, weightDecay) {
    const { beta, commonMask, lambdaU, lambdaD } = z
      .object({
        beta: z.number(),
        commonMask: z.boolean(),
        lambdaU: z.number().default(0),
        lambdaD: z.number().default(0),
      })
      .parse(options);
    if (!commonMask) return "the file does not say which of two networks its parameters are of";
    const network = maskNetworkOf(fields.maskNetwork);
    return {
      method: sparsePo({ beta, l1Reward: lambdaU, l1Divergence: lambdaD, weightDecay }),
      metrics: logged,
      begin: (session) => assignWeights(maskVariables(session), network.start),
      parts: (session) => network.named(maskVariables(session)),
    };
  },
};

const maskVariables = (session: Session): ReadonlyMap<string, tf.Variable> =>
  new Map([...session.partParameters.variables].map(([name, { variable }]) => [name, variable]));

const networkSchema = z.object({
  layers: z.int().positive(),
  hidden: z.int().positive(),
  /** A series, then how a parameter follows from it, by name. */
  parameters: z.string(),
  order: z.array(z.tuple([z.string(), z.array(z.int())]).rest(z.unknown())),
});

/** Where a tensor of the released mask network stands in ours. */
function placeOf(name: string): readonly [ours: string, layer: number] {
  const [, layer, what] = /^w_per_layer\.(\d+)\.w\.(weight|bias)$/.exec(name) ?? [];
  if (layer !== undefined) return [what!, Number(layer)];
  const whole = { "mixer.weight": "mix", "layer_norm.weight": "scale", "layer_norm.bias": "shift" }[name];
  if (!whole) throw new Unreadable(`maskNetwork.order: no place for "${name}"`);
  return [whole, 0];
}

function maskNetworkOf(given: unknown) {
  const { parameters, order, hidden, layers } = networkSchema.parse(given);
  const clauses = parameters.split(";").map((clause) => clause.trim());
  const series = /s = (.*?)(?:, p = |$)/.exec(clauses[0] ?? "")?.[1];
  if (series === undefined) throw new Unreadable("maskNetwork.parameters: no series s = …");
  const wave = arithmetic(series);
  const usual = clauses.find((clause) => clause.startsWith("others "))?.replace("others ", "") ?? "s";
  const valuesOf = (name: string, p: number, size: number): number[] => {
    const own = clauses.find((clause) => clause.startsWith(`${name} = `))?.replace(`${name} = `, "");
    const of = arithmetic(own ?? usual);
    return Array.from({ length: size }, (_, k) => of({ s: wave({ k, p }) }));
  };
  const sizes: Readonly<Record<string, number>> = {
    weight: hidden,
    bias: 1,
    mix: layers,
    scale: hidden,
    shift: hidden,
  };
  const start = new Map<string, readonly number[]>();
  for (const [p, [name]] of order.entries()) {
    const [ours, layer] = placeOf(name);
    const id = `sparse-masks/common/${ours}`;
    const before = layer === 0 ? [] : (start.get(id) ?? []);
    start.set(id, [...before, ...valuesOf(name, p, sizes[ours]!)]);
  }
  const named = (variables: ReadonlyMap<string, tf.Variable>): Map<string, tf.Tensor> =>
    new Map(
      order.map(([name]) => {
        const [ours, layer] = placeOf(name);
        const size = sizes[ours]!;
        const values = [...variables.get(`sparse-masks/common/${ours}`)!.dataSync<"float32">()];
        return [name, tf.tensor1d(values.slice(layer * size, (layer + 1) * size))];
      }),
    );
  return { start: start as Weights, named };
}
