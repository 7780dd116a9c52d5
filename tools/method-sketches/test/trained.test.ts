import { tf } from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { afterAll, describe, expect, inject, it } from "vitest";
import { sparsePo } from "../src/index.ts";
import { assignWeights, follow, goldenSession, sumDifference } from "../src/train/index.ts";
import { firstMasks, golden, pairs, trajectory, underTheirNames } from "./trajectories.ts";

/** float32: loss in nats, gradient norm relative, sums and norms of the parameters after five steps absolute. */
const tolerances = { loss: 1e-5, gradNorm: 1e-4, sum: 1e-4 };

afterAll(() => useBackend("cpu")); // for the files after this one, in the same process

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
