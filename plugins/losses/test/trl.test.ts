import { dpo, sft, type Method } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { difference, evaluate, givenPairs, gradientDifference } from "@tokenwise/testkit";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import {
  aot,
  apo,
  bco,
  discopop,
  exo,
  fDpo,
  hinge,
  ipo,
  ldDpo,
  lengthNormalizedDpo,
  nca,
  robust,
  sppo,
  wpo,
} from "../src/index.ts";
import { cases, input, methodOf, raises, type TrlCase } from "./trl.ts";

/** Cases that are one method of this package, or of the kit, with its options. */
const alone: Readonly<Record<string, Method>> = {
  sigmoid: dpo(),
  sigmoid_precompute: dpo(),
  "sigmoid_beta0.5": dpo({ beta: 0.5 }),
  hinge: hinge(),
  ipo: ipo(),
  exo_pair: exo(),
  nca_pair: nca(),
  robust: robust(),
  bco_pair: bco(),
  sppo_hard: sppo(),
  aot: aot({ labelSmoothing: 0.1 }),
  aot_unpaired: aot({ paired: false, labelSmoothing: 0.1 }),
  apo_zero: apo(),
  apo_down: apo({ anchor: "down" }),
  discopop: discopop({ beta: 0.1 }),
  sft: sft(),
  sigmoid_norm: lengthNormalizedDpo({ beta: 0.1 }),
  sigmoid_forward_kl: fDpo(),
  sigmoid_js_divergence: fDpo({ divergence: "jensen-shannon" }),
  sigmoid_alpha_divergence: fDpo({ divergence: "alpha" }),
  "sigmoid_ld0.0": ldDpo({ alpha: 0 }),
  "sigmoid_ld0.5": ldDpo({ alpha: 0.5 }),
  "sigmoid_ld0.5_precompute": ldDpo({ alpha: 0.5 }),
  "sigmoid_ld1.0": ldDpo({ alpha: 1 }),
  sigmoid_wpo: wpo(),
};
const sums = cases.filter(({ name }) => !(name in alone)).map(({ name }) => name);

afterAll(() => useBackend("cpu")); // for the files after this one, in the same process

it("every case of the file is run: one of a method alone, a sum of losses, or one that raises in TRL", () => {
  expect(cases).toHaveLength(27);
  expect(sums).toEqual(["mpo", "rpo"]);
  expect(raises).toEqual(["sft_wpo"]);
  expect(() => methodOf({ loss_types: ["sft"], wpo: true })).toThrow(expect.objectContaining({ code: "TW_E_OPTIONS" }));
});

describe.each(inject("backends"))("TRL's losses on given logits, on %s", (backend) => {
  const tolerance = backend === "cpu" ? 1e-5 : 1e-4;
  beforeAll(() => useBackend(backend));
  const near = (actual: number, expected: number) => expect(difference([actual], [expected])).toBeLessThan(tolerance);
  const side = (rewards: readonly (readonly number[])[], index: 0 | 1) =>
    rewards.reduce((sum, pair) => sum + pair[index]!, 0) / rewards.length;

  function check(method: Method, { loss, grad_l2, grad_sum_abs, grad_at }: TrlCase) {
    const result = evaluate(method, [givenPairs(input)]);
    near(result.loss, loss);
    const golden = { l2: grad_l2, sumAbs: grad_sum_abs, at: grad_at };
    expect(gradientDifference(result.gradients.policy[0]!, golden, input)).toBeLessThan(tolerance);
    return result;
  }

  it.each(cases)("$name: loss, gradient and logged rewards, by TRL's options", (each) => {
    const { rewards } = check(methodOf(each.config), each);
    if (each.name === "sft") return; // nothing scores, so nothing is rewarded
    const { metrics } = each;
    const [chosen, rejected] = [side(rewards, 0), side(rewards, 1)];
    near(chosen, metrics["rewards/chosen"]!);
    near(rejected, metrics["rewards/rejected"]!);
    near(chosen - rejected, metrics["rewards/margins"]!);
    expect(rewards.filter(([a, b]) => a! > b!).length / rewards.length).toBe(metrics["rewards/accuracies"]);
  });

  it.each(cases.filter(({ name }) => name in alone))("$name: loss and gradient, by a method of its own", (each) => {
    check(alone[each.name]!, each);
  });
});
