import { tf, type Method } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { afterAll, describe, expect, inject, it } from "vitest";
import { adpo, sparsePo } from "../src/index.ts";
import {
  assignWeights,
  blend,
  follow,
  goldenSession,
  sumDifference,
  weightDifference,
  weightsOf,
  type Example,
} from "../src/train/index.ts";
import { anchorKl, firstMasks, golden, groups, pairs, trajectory, underTheirNames } from "./trajectories.ts";

/** float32: loss in nats, gradient norm relative, sums and norms of the parameters after five steps absolute. */
const tolerances = { loss: 1e-5, gradNorm: 1e-4, sum: 1e-4 };

afterAll(() => useBackend("cpu")); // for the files after this one, in the same process

interface Run {
  readonly method: Method;
  readonly examples: readonly Example[];
  /** Metrics of ours beside fields of theirs, means over the step. */
  readonly compared: Readonly<Record<string, string>>;
}

const adaptive = { alpha: 0.5, penalty: 1, min: 0.1, max: 5 };
/** The released ADPO trainer takes advantages from a trainer that divides by deviation + 1e-4. */
const released = { tau: 0.8, rewardTemperature: 0.5, epsilon: 1e-4 };

const runs: Readonly<Record<string, Run>> = {
  e2e_adpo: { method: adpo(released), examples: groups, compared: {} },
  e2e_adpo_adaptive: {
    method: { ...adpo({ ...released, adaptive }), auxiliaries: [anchorKl(0.02)] },
    examples: groups,
    compared: { "adaptive-temperature/temperature": "tau_mean" },
  },
};

describe("five steps on cpu", () => {
  it.each(Object.keys(runs))("%s is followed as far as float32 goes", async (name) => {
    await useBackend("cpu");
    const { method, examples, compared } = runs[name]!;
    const { steps, final } = trajectory(name);
    const { session, policy, dispose } = goldenSession(golden, method, examples);
    const { loss, gradNorm, metrics } = await follow(session, examples, steps);
    expect(loss).toBeLessThan(tolerances.loss);
    expect(gradNorm).toBeLessThan(tolerances.gradNorm);
    expect(sumDifference(policy.parameters, final)).toBeLessThan(tolerances.sum);
    for (const [ours, theirs] of Object.entries(compared))
      steps.forEach((step, index) => expect(metrics[index]![ours], ours).toBeCloseTo(step[theirs]!, 5));
    dispose();
  });
});

describe.each(inject("backends"))("e2e_sparse_po_common on %s", (backend) => {
  it("masks and policy are trained as the authors'", async () => {
    await useBackend(backend);
    const { steps, final, finalMaskNetwork = {} } = trajectory("e2e_sparse_po_common");
    const method = sparsePo({ beta: 0.8, common: true, l1Reward: 0.001, l1Divergence: 0.002, weightDecay: 0.01 });
    const { session, policy, dispose } = goldenSession(golden, method, pairs);
    const masks = new Map([...session.partParameters.variables].map(([name, { variable }]) => [name, variable]));
    expect([...masks.keys()].sort()).toEqual([...firstMasks().keys()].sort());
    assignWeights(masks, firstMasks());
    const { loss, gradNorm, metrics } = await follow(session, pairs, steps);
    expect(loss).toBeLessThan(tolerances.loss);
    expect(gradNorm).toBeLessThan(tolerances.gradNorm);
    steps.forEach(({ maskGradNorm }, index) =>
      expect(Math.abs(metrics[index]!["grad_norm/parts"]! / maskGradNorm! - 1)).toBeLessThan(tolerances.gradNorm),
    );
    expect(sumDifference(policy.parameters, final)).toBeLessThan(tolerances.sum);
    const theirs = underTheirNames(masks);
    expect(sumDifference(theirs, finalMaskNetwork)).toBeLessThan(tolerances.sum);
    tf.dispose([...theirs.values()]);
    dispose();
  });
});

/**
 * The released code moves the anchor while it computes the loss: step k + 1 is anchored at 0.9·anchor + 0.1·(the policy
 * *before* step k). Ours moves it after the optimizer step, towards the policy after it, so that the two part at step 2.
 */
describe("e2e_adpo_ema on cpu", () => {
  const { steps, final, finalAnchor = {} } = trajectory("e2e_adpo_ema");
  const options = { tau: 0.8, rewardTemperature: 1, epsilon: 1e-4 };

  it("is followed if the reference is moved by hand in the authors' order", async () => {
    await useBackend("cpu");
    const { session, policy, reference, dispose } = goldenSession(golden, adpo(options), groups);
    const moved = () => blend(weightsOf(reference.parameters), weightsOf(policy.parameters), 0.9);
    let next = moved();
    const { loss, gradNorm } = await follow(session, groups, steps, () => {
      assignWeights(reference.parameters, next);
      next = moved();
    });
    expect(loss).toBeLessThan(tolerances.loss);
    expect(gradNorm).toBeLessThan(tolerances.gradNorm);
    expect(sumDifference(policy.parameters, final)).toBeLessThan(tolerances.sum);
    expect(sumDifference(reference.parameters, finalAnchor)).toBeLessThan(tolerances.sum);
    dispose();
  });

  it("the trainer's own anchor begins as the authors' and moves by 0.9·anchor + 0.1·policy after every step", async () => {
    await useBackend("cpu");
    const { session, policy, reference, dispose } = goldenSession(
      golden,
      adpo({ ...options, anchorDecay: 0.9 }),
      groups,
    );
    const given = weightsOf(reference.parameters);
    for (const [index, { loss }] of steps.entries()) {
      const before = weightsOf(session.reference!.parameters);
      const metrics = await session.train(groups);
      if (index === 0) expect(Math.abs(metrics.loss! - loss)).toBeLessThan(tolerances.loss);
      const expected = blend(before, weightsOf(policy.parameters), 0.9);
      expect(weightDifference(weightsOf(session.reference!.parameters), expected)).toBeLessThan(1e-6);
      expect(weightDifference(expected, before)).toBeGreaterThan(1e-4);
    }
    expect(weightDifference(weightsOf(reference.parameters), given)).toBe(0);
    dispose();
  });
});
