import { tf } from "@tokenwise/kit";
import { shown, violated } from "../contract/compare.ts";
import type { Law } from "../contract/law.ts";
import { observe, type Observation } from "../contract/observation.ts";
import { parametersOf, shapeOf, tableFor, type Trial } from "../contract/trial.ts";
import { dimensions, type TableOptions } from "../tables/layout.ts";
import { prompts, type StepShape } from "../tables/shape.ts";

/** @throws ContractViolation naming the first number that is NaN or infinite. */
function expectFinite({ prompts: perPrompt, step }: Observation, where: string): void {
  for (const [prompt, named] of [...perPrompt.entries(), ["", step] as const])
    for (const [name, values] of Object.entries(named)) {
      const wrong = values.find((value) => !Number.isFinite(value));
      if (wrong !== undefined)
        violated(`${name}${prompt === "" ? "" : ` of prompt ${prompt}`} is ${shown(wrong)} with ${where}`);
    }
}

type Extreme = readonly [where: string, shape: Partial<StepShape>, options?: TableOptions];

const single = ({ pairs }: Trial) =>
  pairs ? prompts([1, 1], [1, 1], [1, 1]) : prompts([1, 1, 1, null], [1, 1, 1, 1], [1, null, 1, 1]);

const extremes = (trial: Trial): readonly Extreme[] => [
  ["logits of ±50", { scale: 50, extreme: true }],
  ["logits of ±50, policy and reference equal", { scale: 50, extreme: true, apart: 0 }],
  ["policy and reference equal", { apart: 0 }],
  ["responses of one token", { prompts: single(trial) }],
  ["a huge margin for the first candidate", {}, { favour: { candidate: 0, by: 60 } }],
  ["a huge margin for the second candidate", {}, { favour: { candidate: 1, by: 60 } }],
  ["a step of one prompt", { prompts: shapeOf(trial, 1).prompts.slice(0, 1) }],
];

export const extremeInputs: Law = {
  id: "extremes",
  everyBranch: true,
  statement:
    "loss, gradients and states are finite for logits of ±50, equal policies, huge margins and one-token responses",
  check(trial) {
    for (const [where, shape, options] of extremes(trial))
      for (const seed of trial.effort === "small" ? [1] : [1, 2])
        tf.tidy(() => {
          const parameters = parametersOf(trial, seed);
          const given = tableFor(trial, shapeOf(trial, seed, shape), options);
          expectFinite(observe(trial.method, [given], { dimensions, parameters }), where);
        });
  },
};

export const extremeBeta: Law = {
  id: "extremes/beta",
  statement: "loss and gradients are finite for a tiny and a huge β",
  notApplicable: ({ method: { objectives } }) =>
    objectives.length === 0 ? "the method has no objective that β enters" : undefined,
  check(trial) {
    for (const beta of [1e-6, 1e-3, 10, 1000])
      tf.tidy(() => {
        const parameters = parametersOf(trial, 1);
        const given = tableFor(trial, shapeOf(trial, 1));
        const method = { ...trial.method, beta: { name: "extreme", control: () => ({ beta }) } };
        expectFinite(observe(method, [given], { dimensions, parameters }), `β ${beta}`);
      });
  },
};
