/** The evaluator where a method is unusual: groups of one, and parts that throw. */
import {
  auxiliaryLoss,
  compose,
  constantBeta,
  entropy,
  implicitReward,
  listwise,
  preferenceLoss,
  sequenceSum,
  sft,
  tf,
} from "@tokenwise/kit";
import { describe, expect, it } from "vitest";
import { batchOf, evaluate, type Given } from "../src/index.ts";

const given = (groups: number): Given => ({
  batch: batchOf([Array.from({ length: groups }, () => ({ promptLength: 1, response: [1, 2] }))]),
  logits: {
    policy: tf.tensor3d(
      Array.from({ length: groups * 6 }, (_, at) => Math.sin(at)),
      [groups, 2, 3],
    ),
    reference: tf.zeros([groups, 2, 3]),
  },
});

describe("a group of one", () => {
  it("has a preferred candidate: supervised training is −log π of it", () => {
    tf.tidy(() => {
      const { loss } = evaluate(sft(), [given(1)]);
      const policy = tf.logSoftmax(given(1).logits!.policy).arraySync() as number[][][];
      expect(loss).toBeCloseTo(-(policy[0]![0]![1]! + policy[0]![1]![2]!) / 2, 5);
    });
  });
});

describe("a coupled loss", () => {
  it("may be the first to read a quantity, whose values outlive its gradient", () => {
    const loss = preferenceLoss({
      name: "coupled",
      coupling: "batch",
      needs: { entropy: sequenceSum(entropy) },
      loss: (_, { scores }) => ({ loss: tf.sum(tf.square(scores), 1) }),
    });
    const method = compose({ beta: constantBeta(), scorer: implicitReward(), loss });
    const auxiliary = auxiliaryLoss({
      name: "later",
      weight: 1,
      needs: { entropy: sequenceSum(entropy) },
      sum: ({ read }) => tf.sum(read.entropy),
      count: () => 1,
    });
    tf.tidy(() => {
      expect(evaluate({ ...method, auxiliaries: [auxiliary] }, [given(2)]).loss).toBeGreaterThan(0);
    });
  });
});

describe("a step that throws", () => {
  const throwing = (pass: string, coupling?: "batch") =>
    preferenceLoss({
      name: "throwing",
      ...(coupling && { coupling }),
      loss(_, { scores }) {
        const losses = tf.sum(tf.exp(scores), 1);
        if (pass === "forward" && tf.engine().state.gradientDepth > 0) throw new Error("forward");
        const gradFunc = () => {
          throw new Error("backward");
        };
        return { loss: tf.customGrad((x) => ({ value: tf.mul(x as tf.Tensor, 2), gradFunc }))(losses) };
      },
    });

  it.each([
    ["forward", undefined],
    ["backward", undefined],
    ["forward", "batch"],
    ["backward", "batch"],
  ] as const)("leaves no tensor and no tape: %s, coupling %s", (pass, coupling) => {
    const method = compose({ beta: constantBeta(), scorer: implicitReward(), loss: throwing(pass, coupling) });
    const table = given(2);
    const before = tf.memory().numTensors;
    expect(() => evaluate(method, [table])).toThrow(pass);
    expect(tf.memory().numTensors).toBe(before);
    const sound = { ...method, objectives: [{ scorer: implicitReward(), loss: listwise() }] };
    tf.tidy(() => void evaluate(sound, [table]));
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([table.batch as never, table.logits]);
  });
});
