import { adamW, rmsProp, sgd, type Optimizer } from "@tokenwise/core";
import { tf } from "@tokenwise/kit";
import { z } from "zod";
import { arithmetic } from "../read/expression.ts";
import { number, rows as rowsSchema } from "../read/schemas.ts";
import { has, type CaseKind } from "./kind.ts";

const schema = z.object({
  config: z.strictObject({
    lr: z.number(),
    betas: z.tuple([z.number(), z.number()]).optional(),
    eps: z.number().default(1e-8),
    weight_decay: z.number().default(0),
    alpha: z.number().optional(),
    momentum: z.number().optional(),
    clip: z.number().nullish(),
  }),
  traj: z.array(z.object({ step: z.int(), param: rowsSchema, grad_norm_before_clip: number.nullish() })).min(1),
});
const shared = z.object({ init: rowsSchema, grad: z.string() });

/** Which optimizer it is, its options say. */
function optimizerOf({ betas, alpha, momentum, eps: epsilon }: z.output<typeof schema>["config"]): Optimizer {
  if (betas) return adamW({ beta1: betas[0], beta2: betas[1], epsilon });
  return alpha === undefined ? sgd({ momentum: momentum ?? 0 }) : rmsProp({ alpha, epsilon });
}

/** Steps of an optimizer with gradients by a formula; a global norm that is clipped. */
export const optimizerSteps: CaseKind = {
  name: "optimizer",
  recognizes: ({ fields, file }) => has(fields, "traj", "config") && has(file, "init", "grad"),
  run({ fields, file }, findings) {
    const { config, traj } = schema.parse(fields);
    const { init, grad } = shared.parse(file);
    findings.input("config");
    const gradient = arithmetic(grad.split(", step")[0]!);
    const variables = init.map((values) => tf.variable(tf.tensor1d(values)));
    const optimizer = optimizerOf(config);
    try {
      traj.forEach(({ step, param, grad_norm_before_clip }, index) => {
        const field = `traj.${index}`;
        findings.input(`${field}.step`);
        let flat_index = 0;
        const gradients = variables.map((variable) =>
          [...variable.dataSync<"float32">()].map((value) =>
            gradient({ flat_index: flat_index++, step, param: value }),
          ),
        );
        const norm = Math.hypot(...gradients.flat());
        const factor = typeof config.clip === "number" ? Math.min(1, config.clip / (norm + 1e-6)) : 1;
        const updates = variables.map((variable, at) => ({
          name: `parameter ${at}`,
          variable,
          gradient: tf.tensor1d(gradients[at]!),
          learningRate: config.lr,
          weightDecay: config.weight_decay,
        }));
        optimizer.apply(updates, factor);
        findings.near(
          `${field}.param`,
          variables.map((variable) => [...variable.dataSync<"float32">()]),
          param,
        );
        if (typeof grad_norm_before_clip === "number")
          findings.near(`${field}.grad_norm_before_clip`, norm, grad_norm_before_clip);
      });
    } finally {
      optimizer.dispose();
      variables.forEach((variable) => variable.dispose());
    }
  },
};
