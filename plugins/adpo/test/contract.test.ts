/** The contract of the method and of its parts, with the author's numbers as worked examples. */
import { compose, constantBeta, implicitReward, listwise, preferFirst } from "@tokenwise/kit";
import type { WorkedExample } from "@tokenwise/testkit";
import { methodContract } from "@tokenwise/testkit/vitest";
import { adaptiveTemperature, adpo, groupTargets } from "../src/index.ts";
import { cases, inputs, optionsOf, tableOf } from "./groups.ts";

const examples = cases
  .filter(({ options }) => options.samplingTemperature === 1 && !options.dropAllFailedPrompts)
  .map((each): WorkedExample => ({
    name: each.name,
    options: optionsOf(each),
    given: () => tableOf(inputs[each.input]!),
    expect: {
      loss: each.authors_code.loss,
      losses: each.derived.perPromptLoss,
      targets: each.derived.targets,
      gradient: each.authors_code.gradient.at.map(([row = 0, token = 0, id = 0, value = 0]) => ({
        row,
        token,
        id,
        value,
      })),
      ...(each.derived_tau && { metrics: { "adaptive-temperature/temperature": each.derived_tau } }),
    },
  }));

const kept: WorkedExample = {
  name: "groups without a positive reward weigh nothing, the others their share",
  options: { dropFailed: true },
  given: () => tableOf(inputs.G4!),
  expect: { emphasis: [1.5, 0, 1.5], metrics: { "without-failed/kept": [1, 0, 1] } },
};

methodContract(adpo, {
  options: [{ tau: 2, targets: { kind: "kde" }, loss: { kind: "plackett-luce", smoothing: 0.1, poly: 1 } }],
  worked: [...examples, kept],
  neutral: [
    {
      options: { targets: { kind: "first" }, anchor: { kind: "uniform" }, tau: 2 },
      equals: compose({
        beta: constantBeta({ beta: 0.5 }),
        scorer: adpo({ anchor: { kind: "uniform" } }).objectives[0]!.scorer,
        targets: preferFirst(),
        loss: listwise(),
      }),
    },
  ],
});

const even: WorkedExample = {
  name: "equal rewards: even targets",
  given: () => tableOf({ ...inputs.G4!, rewards: Array<number[]>(3).fill([0.1, 0.1, 0.1, 0.1]) }),
  expect: { targets: Array<number[]>(3).fill([0.25, 0.25, 0.25, 0.25]) },
};
methodContract(groupTargets, { worked: [even] });
methodContract(adaptiveTemperature, {
  neutral: [
    {
      options: { alpha: 0, penalty: 0, tau: 0.5 },
      equals: compose({
        beta: constantBeta({ beta: 2 }),
        scorer: implicitReward({ divergence: 0.5 }),
        loss: listwise(),
      }),
    },
  ],
});
