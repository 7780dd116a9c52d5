/** What must compile, and to what: authors write no type parameters. */
import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";
import {
  activations,
  betaController,
  column,
  compose,
  constantBeta,
  dpo,
  forwardKl,
  implicitReward,
  inputGradient,
  logRatio,
  logistic,
  method,
  part,
  plugin,
  rewards,
  scorer,
  sumTokens,
  tf,
  weighter,
  type Axes,
  type BetaController,
  type Factory,
  type Method,
  type PerCandidate,
  type PerPrompt,
  type PerToken,
  type Plugin,
  type SequenceScorer,
  type TokenWeighter,
} from "../index.ts";

declare const sometimes: boolean;
declare const token: PerToken;

describe("what is declared is on the view", () => {
  test("with the axes of the request", () => {
    weighter({
      name: "x",
      needs: {
        token: logRatio,
        candidate: rewards,
        prompt: column("difficulty", "P"),
        maybe: sometimes ? forwardKl : undefined,
        means: activations("reference", { types: ["mlp", "attention"] }),
        gradient: inputGradient({ norm: "l1" }),
      },
      weigh({ read }) {
        expectTypeOf(read.token).toEqualTypeOf<PerToken>();
        expectTypeOf(read.candidate).toEqualTypeOf<PerCandidate>();
        expectTypeOf(read.prompt).toEqualTypeOf<PerPrompt>();
        expectTypeOf(read.maybe).toEqualTypeOf<PerToken | undefined>();
        expectTypeOf(read.means).toEqualTypeOf<Readonly<Record<"mlp" | "attention", Axes<"K,B,T">>>>();
        expectTypeOf(read.gradient.sequenceTotal).toEqualTypeOf<PerCandidate>();
        return {};
      },
    });
  });
  test("state, signals and parameters, nested", () => {
    betaController({
      name: "x",
      parameters: { a: { b: { init: () => tf.ones([1]) } } },
      state: {
        signals: ["gap"],
        init: () => ({ mean: 0 }),
        update: ({ mean }, { signal }) => ({ mean: mean + signal.gap.mean }),
      },
      control({ state, parameters, batch }) {
        expectTypeOf(state).toEqualTypeOf<{ mean: number }>();
        expectTypeOf(parameters.a.b).toEqualTypeOf<tf.Tensor>();
        return { beta: state.mean, signal: { gap: batch.promptLengths } };
      },
    });
  });
});

describe("parts of one kind have one type, whatever they declare", () => {
  test("so that any compose", () => {
    expectTypeOf(
      scorer({
        name: "x",
        needs: { kl: forwardKl },
        score: ({ read, batch }) => ({ score: sumTokens(read.kl, batch) }),
      }),
    ).toEqualTypeOf<SequenceScorer>();
    expectTypeOf(weighter({ name: "x", weigh: () => ({}) })).toEqualTypeOf<TokenWeighter>();
    expectTypeOf(compose({ beta: constantBeta(), scorer: implicitReward(), loss: logistic() })).toEqualTypeOf<Method>();
  });
});

describe("factories", () => {
  const options = z.object({ beta: z.number().default(0.1), name: z.string().optional() });
  test("take the input of their schema and create from its output", () => {
    const factory = part({
      name: "x",
      options,
      create(given) {
        expectTypeOf(given.beta).toEqualTypeOf<number>();
        expectTypeOf(given.name).toEqualTypeOf<string | undefined>();
        return constantBeta(given);
      },
    });
    expectTypeOf(factory)
      .parameter(0)
      .toEqualTypeOf<{ beta?: number | undefined; name?: string | undefined } | undefined>();
    expectTypeOf(factory).returns.toEqualTypeOf<BetaController>();
    expectTypeOf(factory.options.shape).toHaveProperty("beta");
  });
  test("of methods and parts are provided by one plugin", () => {
    const own = method({ name: "m", options, create: () => ({ beta: constantBeta(), objectives: [] }) });
    const value = plugin({
      name: "p",
      version: "1.0.0",
      spec: 1,
      provides: [own, dpo, part({ name: "b", options, create: () => constantBeta() })],
    });
    expectTypeOf(value).toEqualTypeOf<Plugin>();
    expectTypeOf(value.provides[0]).toEqualTypeOf<Factory | undefined>();
  });
});

test("brands are laundered by TensorFlow.js, which is why shapes are checked where a part hands them over", () => {
  const laundered: PerCandidate = tf.mul(token, 2);
  expectTypeOf(laundered).toEqualTypeOf<PerCandidate>();
});
