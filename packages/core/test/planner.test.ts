import {
  attention,
  betaController,
  column,
  compose,
  constantBeta,
  derived,
  dpo,
  forwardKl,
  implicitReward,
  listwise,
  logistic,
  logLikelihood,
  logRatio,
  preferFirst,
  rewards,
  scorer,
  sft,
  sumTokens,
  targetPolicy,
  tf,
  tokenLogProb,
  vocabulary,
  weighter,
  type Method,
  type PerToken,
  type PreferenceLoss,
  type SequenceScorer,
} from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { beforeAll, describe, expect, it } from "vitest";
import { describeDataset } from "../src/plan/dataset.ts";
import { planMethod } from "../src/plan/plan.ts";
import { limits, tinyPairs, tinySession } from "./sessions.ts";

const pairs = describeDataset(tinyPairs(), limits);
const withScorer = (part: SequenceScorer): Method => compose({ beta: constantBeta(), scorer: part, loss: logistic() });
const code = (value: string) => expect.objectContaining({ code: value }) as Error;

describe("the planner", () => {
  beforeAll(() => useBackend("cpu"));

  it("caches the reference where only its log-probs are needed, keeps it live where its vocabulary is, drops it where it is not read", () => {
    expect(planMethod(dpo(), pairs).reference).toBe("cached");
    expect(planMethod(dpo(), pairs, { cacheReference: false }).reference).toBe("live");
    expect(planMethod(withScorer(implicitReward({ divergence: 1 })), pairs).reference).toBe("live");
    expect(planMethod({ ...dpo(), anchor: { name: "ema", keep: () => 0.9 } }, pairs).reference).toBe("live");
    expect(() => planMethod({ ...sft(), anchor: { name: "ema", keep: () => 0.9 } }, pairs)).toThrow(
      code("TW_E_UNUSED_REFERENCE"),
    );
    expect(planMethod(withScorer(logLikelihood()), pairs).reference).toBe("unused");
    expect(planMethod(sft(), pairs).reference).toBe("unused");
  });

  it("plans each reduction once, however many parts ask for it", () => {
    const method = { ...dpo(), objectives: [...dpo().objectives, ...dpo().objectives] };
    expect(planMethod(method, pairs, { cacheReference: false }).vocabulary.map(({ options }) => options)).toEqual([
      { model: "policy" },
      { model: "reference" },
    ]);
  });

  const twice = (value: number) =>
    vocabulary("mine", {
      models: ["policy"],
      gradient: false,
      reduce: (rows) => tf.mul(value, tf.sum(rows.logProbs("policy"), 1)),
    })(null);
  const summed = (tokens: ReturnType<typeof twice>): SequenceScorer =>
    scorer({
      name: "summed",
      needs: { tokens },
      score: ({ read, batch }) => ({ score: sumTokens(read.tokens, batch) }),
    });
  const soft = targetPolicy({
    name: "late",
    needs: { ratio: logRatio },
    targets: ({ batch }) => tf.div(batch.candidateMask, 2),
  });
  const columned = weighter({
    name: "columned",
    needs: { w: column("missing") },
    weigh: ({ read }) => ({ reward: read.w }),
  });
  const refused: readonly (readonly [string, Method])[] = [
    ["TW_E_EMPTY_METHOD", { beta: constantBeta(), objectives: [] }],
    [
      "TW_E_NO_REWARDS",
      compose({
        ...parts(),
        targets: targetPolicy({ name: "r", needs: { rewards }, targets: ({ read }) => read.rewards }),
      }),
    ],
    ["TW_E_NO_COLUMN", { ...dpo(), weighter: columned }],
    [
      "TW_E_UNKNOWN_MODEL",
      withScorer(
        scorer({
          name: "t",
          needs: { t: tokenLogProb("teacher") },
          score: ({ read, batch }) => ({ score: sumTokens(read.t, batch) }),
        }),
      ),
    ],
    [
      "TW_E_UNSUPPORTED",
      {
        ...dpo(),
        weighter: weighter({
          name: "a",
          needs: { a: attention("reference", { layer: -1, query: "last", heads: "mean" }) },
          weigh: () => ({}),
        }),
      },
    ],
    ["TW_E_SAMPLED_ANCHOR", { ...dpo(), anchor: "sampled" }],
    [
      "TW_E_REQUEST_CLASH",
      { beta: constantBeta(), objectives: [1, 2].map((n) => ({ scorer: summed(twice(n)), loss: logistic() })) },
    ],
    [
      "TW_E_COUPLED_NEEDS",
      {
        ...dpo(),
        beta: betaController({
          name: "b",
          coupling: "batch",
          needs: { ratio: logRatio },
          control: () => ({ beta: 1 }),
        }),
      },
    ],
    [
      "TW_E_OFF_TAPE_PARAMETERS",
      {
        ...dpo(),
        beta: betaController({
          name: "b",
          parameters: { w: { init: () => tf.ones([1]) } },
          control: () => ({ beta: 1 }),
        }),
      },
    ],
    ["TW_E_LATE_TARGETS", { ...sft(), targets: soft }],
  ];
  it.each(refused)("refuses before step 1: %s", (expected, method) => {
    expect(() => planMethod(method, pairs)).toThrow(code(expected));
  });

  it("refuses a loss of pairs on groups with a missing candidate, and takes a listwise one", () => {
    const missing = tinyPairs().map((example, index) =>
      index === 0 ? { ...example, candidates: [...example.candidates.slice(0, 1), null] } : example,
    );
    const features = describeDataset(missing, limits);
    expect(() => planMethod(dpo(), features)).toThrow(code("TW_E_NEEDS_PAIRS"));
    expect(() => planMethod(dpo(), features)).toThrow(/some missing\n.*use a listwise loss, or give a chosen/);
    const beta = betaController({ name: "b", requires: { group: "pair" }, control: () => ({ beta: 1 }) });
    expect(() => planMethod(compose({ ...parts(), beta, loss: listwise() }), features)).toThrow(
      /b needs pairs.*\n.*use another part in its place, or give/,
    );
    expect(planMethod(compose({ ...parts(), loss: listwise() }), features).groupSize).toBe(2);
  });

  it("refuses to compare where every prompt has one response, says why, and takes supervised training", () => {
    const single = tinyPairs().map((example) => ({ ...example, candidates: example.candidates.slice(0, 1) }));
    const features = describeDataset(single, limits);
    for (const method of [dpo(), compose({ ...parts(), loss: listwise() })]) {
      expect(() => planMethod(method, features)).toThrow(code("TW_E_UNPAIRED"));
      expect(() => planMethod(method, features)).toThrow(
        /compares responses to one prompt, the data have one response/,
      );
    }
    expect(planMethod(sft(), features).groupSize).toBe(1);
  });

  it("refuses token ids outside the vocabulary, rows that are too long, and rows of other group sizes, naming the line", () => {
    const [first, second] = tinyPairs() as [ReturnType<typeof tinyPairs>[number], ReturnType<typeof tinyPairs>[number]];
    expect(() => describeDataset([{ ...first, prompt: Int32Array.of(16) }], limits)).toThrow(/golden:1: token id 16/);
    expect(() => describeDataset([first], { vocabulary: 16, positions: 3 })).toThrow(code("TW_E_TOO_LONG"));
    expect(() => describeDataset([first, { ...second, candidates: first.candidates.slice(0, 1) }], limits)).toThrow(
      /golden:2: 1 candidates/,
    );
    expect(() => describeDataset([], limits)).toThrow(code("TW_E_NO_DATA"));
    const none = new Int32Array(0);
    const broken = [
      { ...first, prompt: none },
      { ...first, candidates: [null, null] },
      { ...first, candidates: [{ ids: none, content: 0 }, null] },
      { ...first, rewards: [1] },
      { ...first, rewards: [1, NaN] },
      { ...first, rewards: [1, 1e39] },
      { ...first, rewards: [3e38, -3e38] },
    ];
    for (const example of broken) expect(() => describeDataset([example], limits)).toThrow(code("TW_E_EXAMPLE"));
  });
});

describe("a step, on cpu", () => {
  const failing: readonly (readonly [string, Method])[] = [
    [
      "TW_E_UNDECLARED_READ",
      withScorer(
        scorer({
          name: "sly",
          score: ({ read, batch }) => ({ score: sumTokens((read as { kl: PerToken }).kl, batch) }),
        }),
      ),
    ],
    [
      "TW_E_UNDECLARED_SIGNAL",
      {
        ...dpo(),
        beta: betaController({
          name: "b",
          control: ({ batch }) => ({ beta: 1, signal: { x: batch.promptLengths } as never }),
        }),
      },
    ],
    [
      "TW_E_SHAPE",
      withScorer(
        scorer({ name: "wide", needs: { ratio: logRatio }, score: ({ read }) => ({ score: tf.mul(read.ratio, 1) }) }),
      ),
    ],
    ["TW_E_SHAPE", { ...dpo(), beta: betaController({ name: "b", control: () => ({ beta: tf.ones([7]) }) }) }],
    [
      "TW_E_TARGETS",
      { ...dpo(), targets: targetPolicy({ name: "heavy", targets: ({ batch }) => batch.candidateMask }) },
    ],
    [
      "TW_E_TARGETS",
      compose({
        ...parts(),
        targets: preferFirst({ smoothing: 0.1 }),
        loss: { ...logistic(), requires: { targets: "hard" } },
      }),
    ],
    [
      "TW_E_NON_FINITE",
      withScorer(scorer({ name: "nan", score: ({ batch }) => ({ score: tf.mul(batch.candidateMask, NaN) }) })),
    ],
  ];
  it.each(failing)("stops with %s and changes nothing", async (expected, method) => {
    await useBackend("cpu");
    const examples = tinyPairs();
    const { session, policy, dispose } = tinySession(method, examples);
    const before = [...policy.parameters.values()].map((variable) => [...variable.dataSync()]);
    const tensors = tf.memory().numTensors;
    await expect(session.train(examples)).rejects.toThrow(code(expected));
    expect([...policy.parameters.values()].map((variable) => [...variable.dataSync()])).toEqual(before);
    expect(session.step).toBe(0);
    expect(tf.memory().numTensors).toBe(tensors);
    dispose();
  });

  it("names the rows whose loss is not finite", async () => {
    const bad = scorer({
      name: "bad",
      needs: { ratio: logRatio },
      score: ({ batch, read }) => ({
        score: tf.add(
          sumTokens(read.ratio, batch),
          tf.tensor2d([
            [0, 0],
            [0, 0],
            [NaN, 0],
            [0, 0],
          ]),
        ),
      }),
    });
    const { session, dispose } = tinySession(withScorer(bad), tinyPairs());
    await expect(session.train(tinyPairs())).rejects.toThrow(/golden:3/);
    dispose();
  });

  it("a derived quantity of a plugin is computed once and carries its gradient", async () => {
    let calls = 0;
    const doubled = derived("doubled", "B,T", { kl: forwardKl, ratio: logRatio }, ({ read }) => {
      calls += 1;
      return tf.add(read.kl, read.ratio);
    });
    const score = ({ name }: { readonly name: string }): SequenceScorer =>
      scorer({ name, needs: { doubled }, score: ({ read, batch }) => ({ score: sumTokens(read.doubled, batch) }) });
    const method: Method = {
      beta: constantBeta(),
      objectives: ["a", "b"].map((name) => ({ scorer: score({ name }), loss: logistic() })),
    };
    const { session, dispose } = tinySession(method, tinyPairs());
    const metrics = await session.train(tinyPairs());
    expect(calls).toBe(1);
    expect(metrics.grad_norm).toBeGreaterThan(0.01);
    dispose();
  });
});

function parts(): { readonly beta: Method["beta"]; readonly scorer: SequenceScorer; readonly loss: PreferenceLoss } {
  return { beta: constantBeta(), scorer: implicitReward(), loss: logistic() };
}
