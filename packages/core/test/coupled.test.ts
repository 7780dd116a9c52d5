import {
  betaController,
  compose,
  constantBeta,
  implicitReward,
  logRatio,
  logSigmoid,
  logistic,
  margin,
  preferenceLoss,
  promptWeighter,
  sequenceSum,
  tf,
  type Method,
  type PerPrompt,
} from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { tinyPairs, tinySession } from "./sessions.ts";

const gaps = { ratio: sequenceSum(logRatio) };

/** β follows the mean gap of the whole step, and its moving average. */
const meanGapBeta = betaController({
  name: "mean-gap",
  coupling: "batch",
  needs: gaps,
  state: {
    signals: ["gap"],
    init: () => ({ average: 0 }),
    update: ({ average }, { signal }) => ({ average: 0.9 * average + 0.1 * signal.gap.mean }),
  },
  control({ read, state }) {
    const gap = margin(read.ratio);
    const beta: PerPrompt = tf.mul(tf.onesLike(gap), tf.add(0.1, tf.mul(0.5, tf.sub(tf.mean(gap), state.average))));
    return { beta, signal: { gap }, metrics: { gap } };
  },
});

/** Half of the step's pairs, those with the larger gap. */
const upperHalf = promptWeighter({
  name: "upper-half",
  coupling: "batch",
  needs: gaps,
  emphasize({ read }) {
    const gap = margin(read.ratio);
    const { indices } = tf.topk(gap, Math.floor(gap.size / 2));
    return { weight: tf.sum(tf.oneHot(tf.cast(indices, "int32"), gap.size), 0) };
  },
});

/** Every pair's margin against the mean margin of the step. */
const againstMean = preferenceLoss({
  name: "against-mean",
  coupling: "batch",
  requires: { group: "pair" },
  loss(_, { scores, beta }) {
    const gap: PerPrompt = tf.mul(beta, margin(scores));
    return { loss: tf.neg(logSigmoid(tf.add(gap, tf.mean(gap)))) };
  },
});

const methods: Readonly<Record<string, Method>> = {
  "a coupled β": compose({ beta: meanGapBeta, scorer: implicitReward(), loss: logistic() }),
  "a coupled ω": compose({ beta: constantBeta(), emphasis: upperHalf, scorer: implicitReward(), loss: logistic() }),
  "a coupled loss": compose({ beta: constantBeta(), scorer: implicitReward({ divergence: 0.5 }), loss: againstMean }),
  "all of them": compose({ beta: meanGapBeta, emphasis: upperHalf, scorer: implicitReward(), loss: againstMean }),
  "a coupled loss beside another objective": {
    beta: constantBeta(),
    objectives: [
      { scorer: implicitReward(), loss: againstMean, weight: 0.3 },
      { scorer: implicitReward(), loss: logistic(), weight: 0.7 },
    ],
  },
};

describe("parts that see the whole step, on cpu", () => {
  beforeAll(() => useBackend(inject("engine")));

  it.each(Object.keys(methods))(
    "%s: unequal micro-batches give the numbers of one batch, without a leak",
    async (name) => {
      const examples = tinyPairs();
      const whole = tinySession(methods[name]!, examples);
      const cut = tinySession(methods[name]!, examples, { microBatchTokens: 30 });
      for (let step = 0; step < 3; step++) {
        const [a, b] = [await whole.session.train(examples), await cut.session.train(examples)];
        expect(Object.keys(b)).toEqual(Object.keys(a));
        for (const key of Object.keys(a)) expect(b[key], key).toBeCloseTo(a[key]!, 5);
        expect(a.grad_norm).toBeGreaterThan(0);
      }
      const before = tf.memory().numTensors;
      await cut.session.train(examples);
      await cut.session.evaluate(examples);
      expect(tf.memory().numTensors).toBe(before);
      whole.dispose();
      cut.dispose();
    },
  );

  it.each(["forward", "backward"])("a coupled loss whose %s pass throws leaves no tensor", async (pass) => {
    const failing = preferenceLoss({
      name: "failing",
      coupling: "batch",
      requires: { group: "pair" },
      loss(_, { scores }) {
        const losses = tf.square(margin(scores));
        if (pass === "forward") throw new Error("forward");
        const gradFunc = () => {
          throw new Error("backward");
        };
        return { loss: tf.customGrad((x) => ({ value: tf.mul(x as tf.Tensor, 2), gradFunc }))(losses) };
      },
    });
    const method = compose({ beta: constantBeta(), scorer: implicitReward(), loss: failing });
    const examples = tinyPairs();
    const { session, dispose } = tinySession(method, examples);
    const before = tf.memory().numTensors;
    await expect(session.train(examples)).rejects.toThrow();
    expect(tf.memory().numTensors).toBe(before);
    dispose();
  });

  it("the gradient of a coupled loss is that of finite differences", async () => {
    const examples = tinyPairs();
    const { session, policy, dispose } = tinySession(methods["a coupled loss"]!, examples, {
      optimizer: { kind: "sgd" },
      weightDecay: 0,
      learningRate: 1,
      microBatchTokens: 30,
    });
    const variable = policy.parameters.get("model.layers.0.mlp.down_proj.weight")!;
    const start = variable.dataSync().slice() as Float32Array;
    const lossAt = async (index: number, shift: number): Promise<number> => {
      const moved = start.slice();
      moved[index] = moved[index]! + shift;
      tf.tidy(() => variable.assign(tf.tensor(moved, variable.shape)));
      return (await session.evaluate(examples)).loss!;
    };
    const differences: number[] = [];
    for (const index of [0, 7, 31])
      differences.push(((await lossAt(index, 1e-2)) - (await lossAt(index, -1e-2))) / 2e-2);
    await lossAt(0, 0);
    await session.train(examples);
    const end = variable.dataSync();
    [0, 7, 31].forEach((index, at) => expect(start[index]! - end[index]!).toBeCloseTo(differences[at]!, 3));
    dispose();
  });

  it("evaluation changes neither state nor weights", async () => {
    const examples = tinyPairs();
    const { session, dispose } = tinySession(methods["all of them"]!, examples);
    const first = await session.evaluate(examples);
    expect(await session.evaluate(examples)).toEqual(first);
    expect(session.states.get("mean-gap")).toEqual({ average: 0 });
    dispose();
  });
});
