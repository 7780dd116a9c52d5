/** How a file's models were trained, as settings of our trainer. */
import type { SettingsInput } from "@tokenwise/core";
import { z } from "zod";
import { isFields, type Fields } from "../read/case.ts";

const schema = z
  .object({
    kind: z.string().default("AdamW"),
    lr: z.number().default(0.01),
    betas: z.tuple([z.number(), z.number()]).default([0.9, 0.999]),
    eps: z.number().default(1e-8),
    alpha: z.number().default(0.99),
    momentum: z.number().default(0),
    weightDecay: z.number().default(0.01),
    appliesTo: z.string().default("all parameters"),
    schedule: z.string().default("constant"),
    clipping: z.union([z.number().positive(), z.string(), z.null()]).default("none"),
  })
  .prefault({});

export interface Training {
  readonly settings: SettingsInput;
  readonly weightDecay: number;
}

/** A text says what of `about.optimizer` our trainer does not do. */
export function trainingOf({ about }: Fields): Training | string {
  const stated = schema.parse(isFields(about) ? about.optimizer : undefined);
  const { kind, lr, betas, eps: epsilon, alpha, momentum, weightDecay, appliesTo, schedule, clipping } = stated;
  const optimizers: Readonly<Record<string, SettingsInput["optimizer"]>> = {
    adamw: { kind: "adamw", beta1: betas[0], beta2: betas[1], epsilon },
    rmsprop: { kind: "rmsprop", alpha, epsilon },
    sgd: { kind: "sgd", momentum },
  };
  const optimizer = optimizers[kind.toLowerCase()];
  if (!optimizer) return `no optimizer "${kind}"`;
  if (schedule !== "constant") return `the schedule "${schedule}" is not read: only constant`;
  if (typeof clipping === "string" && clipping !== "none")
    return `clipping "${clipping}" is not read: a number, or none`;
  const settings = {
    learningRate: lr,
    optimizer,
    weightDecay,
    weightDecayOn: appliesTo.startsWith("all") ? "all" : "matrices",
    clip: typeof clipping === "number" ? clipping : null,
    schedule: "constant",
    cacheReference: false,
  } as const;
  return { settings, weightDecay };
}
