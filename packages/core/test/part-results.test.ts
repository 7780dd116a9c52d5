/** What parts, sources and annotators hand back where no compiler looked: refused with a code that names who, and what. */
import {
  auxiliaryLoss,
  betaController,
  compose,
  constantBeta,
  derived,
  implicitReward,
  logistic,
  logLikelihood,
  logRatio,
  preferenceLoss,
  promptWeighter,
  scorer,
  targetPolicy,
  tf,
  TokenwiseError,
  vocabulary,
  weighter,
  type Method,
  type VocabularyRows,
} from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { beforeAll, describe, expect, it } from "vitest";
import { tinyPairs, tinySession } from "./sessions.ts";

beforeAll(() => useBackend("cpu"));

const standard = { beta: constantBeta(), scorer: implicitReward(), loss: logistic() };
const dpoWith = (parts: Partial<Parameters<typeof compose>[0]>): Method => compose({ ...standard, ...parts });

/** A method with one part that returns `given`, by the part's slot. Some are what the compiler refuses. */
const parts: Readonly<Record<string, (give: () => unknown) => Method>> = {
  weighter: (give) => dpoWith({ weighter: weighter({ name: "mine", weigh: () => give() as never }) }),
  scorer: (give) => dpoWith({ scorer: scorer({ name: "mine", score: () => give() as never }) }),
  "β controller": (give) => dpoWith({ beta: betaController({ name: "mine", control: () => give() as never }) }),
  "prompt weighter": (give) =>
    dpoWith({ emphasis: promptWeighter({ name: "mine", emphasize: () => give() as never }) }),
  targets: (give) => dpoWith({ targets: targetPolicy({ name: "mine", targets: () => give() as never }) }),
  loss: (give) => dpoWith({ loss: preferenceLoss({ name: "mine", loss: () => give() as never }) }),
  "auxiliary loss": (give) => ({
    ...dpoWith({}),
    auxiliaries: [auxiliaryLoss({ name: "mine", weight: 1, count: () => 1, sum: () => give() as never })],
  }),
};
const slots = Object.keys(parts);
const [weighing, controlling] = [parts.weighter!, parts["β controller"]!];

async function refusalOf(method: Method): Promise<TokenwiseError> {
  const { session, dispose } = tinySession(method, tinyPairs());
  try {
    const { numTensors } = tf.memory();
    const error: unknown = await session.train(tinyPairs()).catch((reason: unknown) => reason);
    expect(tf.memory().numTensors).toBe(numTensors);
    if (!TokenwiseError.is(error)) throw new Error(`not refused with a code: ${String(error)}`);
    return error;
  } finally {
    dispose();
  }
}

describe.each(slots)("a %s", (slot) => {
  it("that returns a promise is refused, whatever the promise comes to", async () => {
    for (const give of [() => Promise.resolve({}), () => Promise.reject(new Error("later"))]) {
      const error = await refusalOf(parts[slot]!(give));
      expect(error).toMatchObject({ code: "TW_E_PART_RESULT" });
      expect(error.message).toMatch(new RegExp(`^${slot} "mine".* returns a promise`));
    }
  });

  it("that throws is named, with what it threw as the cause", async () => {
    const cause = new Error("my bug");
    const error = await refusalOf(
      parts[slot]!(() => {
        throw cause;
      }),
    );
    expect(error).toMatchObject({ code: "TW_E_PART_FAILED", cause });
    expect(error.message).toMatch(new RegExp(`^${slot} "mine".* throws: my bug`));
  });

  it("that throws a coded error has said for itself what is wrong", async () => {
    const cause = new TokenwiseError("TW_E_NO_COLUMN", "no column");
    const thrown = await refusalOf(
      parts[slot]!(() => {
        throw cause;
      }),
    );
    expect(thrown).toBe(cause);
  });

  it("that returns nothing is refused", async () => {
    const error = await refusalOf(parts[slot]!(() => undefined));
    expect(error.code).toBe("TW_E_PART_RESULT");
    expect(error.message).toMatch(new RegExp(`^${slot} "mine".* undefined`));
  });
});

describe("what else throws in a part is named:", () => {
  const fail = (): never => {
    throw new Error("my bug");
  };
  const state = { signals: [], init: () => 1, update: fail };
  const failing = derived("test.failing", "B,T", { ratio: logRatio }, fail);
  it.each([
    ["a state", dpoWith({ beta: betaController({ name: "mine", state, control: () => ({ beta: 1 }) }) }), "the state of mine"], // prettier-ignore
    ["a derived request", weighing(() => ({})), 'the derived request "test.failing"'],
    ["an anchor", { ...dpoWith({}), anchor: { name: "mine", observe: fail, keep: () => 1 } }, 'anchor "mine"'],
  ] as const)("%s", async (what, method, who) => {
    const reading = { ...method, weighter: { ...weighter({ name: "reads", needs: { failing }, weigh: () => ({}) }) } };
    const error = await refusalOf(what === "a derived request" ? reading : method);
    expect(error.code).toBe("TW_E_PART_FAILED");
    expect(error.message).toContain(`${who} throws: my bug`);
  });
});

describe("a request that is reduced wrongly", () => {
  const reading = (reduce: (rows: VocabularyRows) => tf.Tensor): Method => {
    const needs = { mine: vocabulary("test.mine", { models: ["policy"], gradient: true, reduce })(null) };
    return dpoWith({ scorer: logLikelihood(), weighter: weighter({ name: "reads", needs, weigh: () => ({}) }) });
  };

  it("is named: its shape, a model that it does not declare, what it throws", async () => {
    const shape = await refusalOf(reading((rows) => rows.logProbs("policy")));
    expect(shape.code).toBe("TW_E_SHAPE");
    expect(shape.message).toMatch(
      /^the request "test\.mine" reduces (\d+) rows to a tensor \[\1, 16\], expected \[\1\]/,
    );
    const model = await refusalOf(reading((rows) => tf.sum(rows.logProbs("reference"), 1)));
    expect(model.code).toBe("TW_E_UNKNOWN_MODEL");
    expect(model.message).toMatch(
      /^the request "test\.mine": the vocabulary of "reference" is asked for, .* has policy/,
    );
    const thrown = await refusalOf(
      reading(() => {
        throw new Error("my bug");
      }),
    );
    expect(thrown.message).toMatch(/^the request "test\.mine" throws: my bug/);
  });
});

describe("a loss that is not finite names the first that is not:", () => {
  const nan = (like: tf.Tensor) => tf.fill(like.shape, NaN);
  const coupled = preferenceLoss({ ...logistic(), coupling: "batch" });
  it.each([
    ['weighter "mine": divergence', dpoWith({ weighter: weighter({ name: "mine", weigh: ({ batch }) => ({ divergence: nan(batch.responseMask) }) }), scorer: implicitReward({ divergence: 1 }) })], // prettier-ignore
    ['scorer "mine": score', dpoWith({ scorer: scorer({ name: "mine", score: ({ batch }) => ({ score: nan(batch.candidateMask) }) }) })], // prettier-ignore
    ['β controller "mine": beta', dpoWith({ beta: betaController({ name: "mine", control: ({ batch }) => ({ beta: tf.fill([batch.prompts], Infinity) }) }) })], // prettier-ignore
    ['β controller "mine": beta', dpoWith({ loss: coupled, beta: betaController({ name: "mine", control: ({ batch }) => ({ beta: tf.fill([batch.prompts], NaN) }) }) })], // prettier-ignore
    ['prompt weighter "mine": weight', dpoWith({ emphasis: promptWeighter({ name: "mine", emphasize: ({ batch }) => ({ weight: tf.fill([batch.prompts], NaN) }) }) })], // prettier-ignore
    ['loss "mine"', dpoWith({ loss: preferenceLoss({ name: "mine", loss: ({ batch }) => ({ loss: tf.fill([batch.prompts], NaN) }) }) })], // prettier-ignore
  ])("%s", async (first, method) => {
    const { code, message } = await refusalOf(method);
    expect(code).toBe("TW_E_NON_FINITE");
    expect(message).toMatch(/^the loss is (NaN|-?Infinity) in /);
    expect(message).toContain(`; the first that is not finite: ${first}\n`);
  });
});

describe("a sample that generation does not take", () => {
  it.each([
    [{ maxNewTokens: 3 }, "temperature: missing, expected a number"],
    [{ maxNewTokens: 3, temperature: 1, topp: 1 }, 'unknown option "topp", did you mean "topP"?'],
  ])("is refused before a step, and named: %j", (generate, message) => {
    const samples = { own: { generate: generate as never, needs: {} } };
    const method = dpoWith({ weighter: weighter({ name: "mine", samples, weigh: () => ({}) }) });
    expect(() => tinySession(method, tinyPairs())).toThrow(`the sample mine/own: ${message}`);
  });
});

describe("what a part returns", () => {
  it("has no key that nothing reads: the nearest one and the known ones are told", async () => {
    const { code, message } = await refusalOf(weighing(() => ({ rewards: tf.ones([1]) })));
    expect(code).toBe("TW_E_PART_RESULT");
    expect(message).toMatch('weighter "mine" returns an unknown key "rewards", did you mean "reward"?');
    expect(message).toMatch("reward, divergence, signal, metrics");
  });

  it.each([
    ["a number for token weights", weighing, { reward: 1 }, "reward is 1, expected a tensor [B, T]"],
    ["a list", weighing, [], "returns a list"],
    ["a text for β", controlling, { beta: "0.1" }, 'beta is "0.1", expected a number above 0 or a tensor [P]'],
    ["NaN for β", controlling, { beta: NaN }, "beta is NaN, expected a number above 0 or a tensor [P]"],
    ["0 for β", controlling, { beta: 0 }, "beta is 0, expected a number above 0"],
    ["a number for ω", parts["prompt weighter"]!, { weight: 0.5 }, "weight is 0.5, expected a tensor [P]"],
    ["a number as a metric", controlling, { beta: 1, metrics: { m: 3 } }, "metrics.m is 3, expected a tensor [P] or"],
    ["a number as metrics", controlling, { beta: 1, metrics: 3 }, "metrics is 3, expected an object"],
    ["a number as a signal", controlling, { beta: 1, signal: { s: 3 } }, "signal.s is 3, expected a tensor [P]"],
    ["no score", parts.scorer!, {}, "score is undefined, expected a tensor [P, G]"],
    ["an object as targets", parts.targets!, {}, "is an object, expected a tensor [P, G]"],
    ["a number as a sum", parts["auxiliary loss"]!, 3, "sum is 3, expected a tensor []"],
  ])("is not %s", async (_, method, given, message) => {
    const error = await refusalOf(method(() => given));
    expect(error.code).toBe("TW_E_PART_RESULT");
    expect(error.message).toContain('"mine"');
    expect(error.message).toContain(message);
  });

  it("is not a tensor in place of an object", async () => {
    const { message } = await refusalOf(weighing(() => tf.ones([2])));
    expect(message).toContain('weighter "mine" returns a tensor [2]');
  });

  it("may leave out what it need not say", async () => {
    const { session, dispose } = tinySession(
      weighing(() => ({ reward: undefined, metrics: undefined })),
      tinyPairs(),
    );
    expect((await session.train(tinyPairs())).loss).toBeCloseTo(Math.log(2), 1);
    dispose();
  });
});
