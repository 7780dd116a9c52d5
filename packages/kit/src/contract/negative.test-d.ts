/** What must not compile. */
import { describe, test } from "vitest";
import {
  auxiliaryLoss,
  betaController,
  column,
  compose,
  constantBeta,
  derived,
  dpo,
  forwardKl,
  hiddenStates,
  implicitReward,
  logRatio,
  logistic,
  preferenceLoss,
  promptWeighter,
  rewards,
  scorer,
  sumTokens,
  targetPolicy,
  tf,
  tokenLogProb,
  vocabulary,
  weighter,
  type PerCandidate,
  type PerPrompt,
  type PerToken,
} from "../index.ts";

declare const token: PerToken;
declare const candidate: PerCandidate;
declare const prompt: PerPrompt;
declare const sometimes: boolean;

describe("a read", () => {
  test("of what was not declared", () => {
    scorer({
      name: "x",
      needs: { ratio: logRatio },
      // @ts-expect-error undeclared read
      score: ({ read, batch }) => ({ score: sumTokens(read.kl, batch) }),
    });
  });
  test("where nothing was declared", () => {
    // @ts-expect-error nothing is declared
    scorer({ name: "x", score: ({ read, batch }) => ({ score: sumTokens(read.kl, batch) }) });
  });
  test("of what may be absent", () => {
    scorer({
      name: "x",
      needs: { kl: sometimes ? forwardKl : undefined },
      // @ts-expect-error absent with some options
      score: ({ read, batch }) => ({ score: sumTokens(read.kl, batch) }),
    });
  });
  test("of an undeclared quantity in a derived one", () => {
    // @ts-expect-error undeclared read
    derived("x", "B,T", { a: forwardKl }, ({ read }) => read.b);
  });
  test("of what a sample does not need", () => {
    auxiliaryLoss({
      name: "x",
      weight: 1,
      samples: { anchor: { generate: { maxNewTokens: 4, temperature: 1 }, needs: { ratio: logRatio } } },
      // @ts-expect-error undeclared read of the sample
      sum: ({ sample }) => tf.sum(sample.anchor.read.kl),
      count: () => 1,
    });
  });
  test("of the loss's own view for a count, which comes before any forward pass", () => {
    auxiliaryLoss({
      name: "x",
      weight: 1,
      needs: { kl: forwardKl },
      sum: ({ read }) => tf.sum(read.kl),
      // @ts-expect-error a count cannot read
      count: ({ read }) => tf.sum(read.kl),
    });
  });
});

describe("axes", () => {
  test("a token quantity is not a score, a candidate quantity not a weight, a score not a loss", () => {
    // @ts-expect-error [B, T] for [P, G]
    scorer({ name: "x", needs: { ratio: logRatio }, score: ({ read }) => ({ score: read.ratio }) });
    // @ts-expect-error [P, G] for [B, T]
    weighter({ name: "x", needs: { rewards }, weigh: ({ read }) => ({ reward: read.rewards }) });
    // @ts-expect-error [P, G] for [P]
    preferenceLoss({ name: "x", loss: (_, { scores }) => ({ loss: scores }) });
    // @ts-expect-error [P, G] for [P]
    betaController({ name: "x", needs: { rewards }, control: ({ read }) => ({ beta: read.rewards }) });
    // @ts-expect-error [P] for [P, G]
    targetPolicy({ name: "x", needs: { c: column("c", "P") }, targets: ({ read }) => read.c });
    // @ts-expect-error [B, T] for [P, G]
    derived("x", "P,G", { a: forwardKl }, ({ read }) => read.a);
    const needs = { h: hiddenStates("reference", { layers: "all" }) };
    // @ts-expect-error all hidden states for [B, T]
    weighter({ name: "x", needs, weigh: ({ read }) => ({ reward: read.h }) });
  });
  test("brands differ", () => {
    // @ts-expect-error [B, T] for [P, G]
    const a: PerCandidate = token;
    // @ts-expect-error [P, G] for [P]
    const b: PerPrompt = candidate;
    // @ts-expect-error [P] for [B, T]
    const c: PerToken = prompt;
    // @ts-expect-error no such axes
    column("x", "P,T");
  });
  test("a divergence is per token", () => {
    // @ts-expect-error [P, G] for [B, T]
    implicitReward({ divergence: 1, kl: rewards });
  });
});

describe("state, parameters and signals", () => {
  test("a signal that was not declared is neither observed nor emitted", () => {
    betaController({
      name: "x",
      state: {
        signals: ["a"],
        init: () => 0,
        // @ts-expect-error undeclared signal
        update: (state, { signal }) => state + signal.b.mean,
      },
      control: ({ state }) => ({ beta: state }),
    });
    betaController({
      name: "x",
      state: { signals: ["a"], init: () => 0, update: (state) => state },
      // @ts-expect-error undeclared signal
      control: ({ state }) => ({ beta: state, signal: { b: prompt } }),
    });
  });
  test("a signal is per prompt", () => {
    promptWeighter({
      name: "x",
      state: { signals: ["a"], init: () => 0, update: (state) => state },
      // @ts-expect-error [P, G] for [P]
      emphasize: () => ({ weight: prompt, signal: { a: candidate } }),
    });
  });
  test("the state has the type of its beginning", () => {
    betaController({
      name: "x",
      state: { signals: [], init: () => ({ beta: 1 }), update: (state) => state },
      // @ts-expect-error no such state
      control: ({ state }) => ({ beta: state.gamma }),
    });
    // @ts-expect-error no state was declared
    betaController({ name: "x", control: ({ state }) => ({ beta: state.beta }) });
  });
  test("state is JSON: no tensors, no functions", () => {
    betaController({
      name: "x",
      // @ts-expect-error a tensor is not JSON
      state: { signals: [], init: () => tf.scalar(1), update: (state) => state },
      control: () => ({ beta: 1 }),
    });
  });
  test("a parameter that was not declared", () => {
    weighter({
      name: "x",
      parameters: { w: { init: () => tf.ones([1]) } },
      // @ts-expect-error undeclared parameter
      weigh: ({ parameters }) => ({ reward: parameters.v }),
    });
  });
});

describe("methods and requests", () => {
  test("options are those of the schema", () => {
    // @ts-expect-error unknown option
    dpo({ betta: 1 });
    // @ts-expect-error a text for a number
    dpo({ beta: "1" });
  });
  test("a method needs β, a scorer and a loss", () => {
    // @ts-expect-error unknown option of the schema
    compose({ scorer: implicitReward(), loss: logistic() });
    // @ts-expect-error without a loss
    compose({ beta: constantBeta(), scorer: implicitReward() });
    // @ts-expect-error a loss is not a scorer
    compose({ beta: constantBeta(), scorer: logistic(), loss: logistic() });
  });
  test("options of a vocabulary reduction are typed", () => {
    const tilted = vocabulary<{ readonly tilt: number }>("x", {
      models: ["policy"],
      gradient: false,
      reduce: (rows) => rows.ids,
    });
    // @ts-expect-error another name
    tilted({ tlit: 1 });
    // @ts-expect-error which model?
    tokenLogProb();
  });
  test("only hard targets and pairs can be required", () => {
    // @ts-expect-error no such requirement
    preferenceLoss({ name: "x", requires: { group: "triple" }, loss: () => ({ loss: prompt }) });
  });
});
