import { dpo, tf, type Method } from "@tokenwise/kit";
import { difference, evaluate, givenPairs, type GoldenPairs } from "@tokenwise/testkit";
import { describe, expect, it } from "vitest";
import { aot, betaOfGap, epsilonDpo, gapFilter, mpo, rpo, wpo } from "../src/index.ts";
import { golden } from "./golden.ts";

const input = golden<GoldenPairs, object>("trl").inputs.pairs!;
/** The pairs of the golden file, one micro-batch each; formula rows stay what they were. */
const whole = () => givenPairs(input);
function apart() {
  const { batch, logits } = whole();
  return Array.from({ length: batch.prompts }, (_, pair) => {
    const rows = (tensor: tf.Tensor, each: number) => tf.slice(tensor, pair * each, each);
    return {
      batch: {
        prompts: 1,
        groupSize: 2,
        candidateMask: rows(batch.candidateMask, 1),
        promptLengths: rows(batch.promptLengths, 1),
        responseIds: rows(batch.responseIds, 2),
        responseMask: rows(batch.responseMask, 2),
        contentMask: rows(batch.contentMask, 2),
      },
      logits: { policy: rows(logits!.policy, 2), reference: rows(logits!.reference, 2) },
    };
  });
}

const methods: Readonly<Record<string, Method>> = {
  dpo: dpo({ labelSmoothing: 0.1 }),
  "ε-DPO": epsilonDpo({ beta: 0.1, epsilon: 0.2 }),
  "AOT, coupled": aot({ smoothing: 0.1 }),
  "AOT unpaired, coupled": aot({ paired: false }),
  "β-DPO, coupled": { ...dpo(), beta: betaOfGap() },
  "β-DPO with its filter, both coupled": { ...dpo(), beta: betaOfGap(), emphasis: gapFilter({ keep: 0.7 }) },
  WPO: { ...dpo(), emphasis: wpo() },
  "RPO, a mean over tokens of the step": rpo(),
  "MPO, two objectives and state": mpo(),
};

describe("micro-batches of one step", () => {
  it.each(Object.entries(methods))("give the losses, gradients and states of one batch: %s", (_, method) => {
    const [one, three] = [evaluate(method, [whole()]), evaluate(method, apart())];
    expect(difference([three.loss], [one.loss])).toBeLessThan(1e-6);
    expect(difference(three.beta, one.beta)).toBeLessThan(1e-6);
    expect(difference(three.emphasis, one.emphasis)).toBeLessThan(1e-6);
    const together = tf.concat([...three.gradients.policy]);
    expect(difference([...together.dataSync()], [...one.gradients.policy[0]!.dataSync()])).toBeLessThan(1e-5);
    expect([...three.states.values()].map(numbers)).toEqual(
      [...one.states.values()].map((state) => numbers(state).map((n) => expect.closeTo(n, 6) as number)),
    );
  });
});

const numbers = (state: unknown): number[] => Object.values(state as Record<string, number>);
