/** What a part reads of the reference alone. */
import {
  compose,
  constantBeta,
  implicitReward,
  logistic,
  meanTokens,
  overTokens,
  tf,
  tokenLogProb,
  weighter,
} from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { tinyPairs, tinySession } from "./sessions.ts";

/** By surprisal, of mean 1; the division has a condition inside, which has no gradient. */
const surprising = () =>
  compose({
    weighter: weighter({
      name: "surprising",
      needs: { logProbs: tokenLogProb("reference") },
      weigh({ read, batch }) {
        const surprisal = tf.neg(read.logProbs);
        return { reward: tf.divNoNan(surprisal, overTokens(meanTokens(surprisal, batch))) };
      },
    }),
    beta: constantBeta({ beta: 0.3 }),
    scorer: implicitReward(),
    loss: logistic(),
  });

afterAll(() => useBackend("cpu")); // for the files after this one, in the same process

describe.each(inject("backends"))("values of the reference on %s", (backend) => {
  beforeAll(() => useBackend(backend));

  it("are constants, whether the reference runs in every step or its log-probabilities are kept", async () => {
    const pairs = tinyPairs();
    const live = tinySession(surprising(), pairs);
    const first = await live.session.train(pairs);
    expect(first.grad_norm).toBeGreaterThan(0);
    const second = await live.session.train(pairs);
    live.dispose();
    expect(second.loss).toBeLessThan(first.loss!);
  });
});
