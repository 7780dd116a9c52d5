/** Activations and hidden states of models in a step, against the model itself. */
import {
  activations,
  compose,
  constantBeta,
  hiddenStates,
  implicitReward,
  logistic,
  tf,
  weighter,
  type ActivationType,
  type Method,
  type Role,
} from "@tokenwise/kit";
import { packTrees, useBackend, type CausalModel } from "@tokenwise/model";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { planMethod } from "../src/plan/plan.ts";
import { describeDataset } from "../src/plan/dataset.ts";
import { limits, tinyPairs, tinySession } from "./sessions.ts";

const types = ["mlp", "attention", "residual", "logits"] as const;
type Seen = Record<string, number[][][]>;

/** A method whose weighter notes what it is given. */
function noting(seen: Seen[], model: Role, asked: readonly ActivationType[], of?: "values" | "sigmoid"): Method {
  const noted = weighter({
    name: "noted",
    needs: {
      means: activations(model, { types: asked, ...(of && { of }) }),
      again: activations(model, { types: ["mlp"] }),
      states: hiddenStates(model, { layers: [-1] }),
    },
    weigh({ read, batch }) {
      const means: Readonly<Record<string, tf.Tensor>> = read.means;
      seen.push({
        ...Object.fromEntries(asked.map((type) => [type, means[type]!.arraySync() as number[][][]])),
        states: tf.squeeze(read.states, [0]).arraySync() as number[][][],
        again: read.again.mlp.arraySync() as number[][][],
      });
      return { reward: tf.onesLike(batch.responseMask) };
    },
  });
  return compose({ weighter: noted, beta: constantBeta(), scorer: implicitReward(), loss: logistic() });
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Each response by itself after its prompt: hidden states, means and logits at the positions before its tokens. */
function alone(model: CausalModel, prompt: Int32Array, ids: Int32Array, of: "values" | "sigmoid") {
  return tf.tidy(() => {
    const stream = packTrees([{ prefix: Int32Array.from([...prompt, ...ids]), branches: [] }]);
    const kinds = (["mlp", "attention", "residual"] as const).map((type) => ({ type, of }));
    const { hidden, activations: means } = model.forward(stream, { activations: kinds });
    const positions = Array.from(ids, (_, token) => prompt.length - 1 + token);
    const rows = (x: tf.Tensor) => positions.map((at) => (x.arraySync() as number[][])[at]!);
    const logits = rows(tf.matMul(hidden, model.unembedding, false, true));
    return {
      mlp: rows(means![0]!),
      attention: rows(means![1]!),
      residual: rows(means![2]!),
      logits: logits.map((row) => [mean(of === "sigmoid" ? row.map(sigmoid) : row)]),
      states: rows(hidden),
    };
  });
}

describe.each(inject("backends"))("activations on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  afterAll(() => useBackend("cpu"));

  it.each([
    ["reference", "values", false],
    ["reference", "sigmoid", true],
    ["policy", "values", true],
  ] as const)("of the %s, means of %s, recompute %s: those of each response by itself", async (role, of, recompute) => {
    const examples = tinyPairs();
    const seen: Seen[] = [];
    const { session, policy, dispose } = tinySession(noting(seen, role, types, of), examples, { recompute });
    const model = role === "policy" ? policy : session.reference!;
    const expected = examples.flatMap(({ prompt, candidates }) =>
      candidates.map((candidate) => alone(model, prompt, candidate!.ids, of)),
    );
    await session.train(examples);
    const [means] = seen;
    expect(means!.again!.length).toBe(2); // two layers
    for (const type of types) {
      const ours = means![type]!;
      expect(ours.length).toBe({ mlp: 2, attention: 12, residual: 14, logits: 1 }[type]);
      expected.forEach((row, at) =>
        row[type].forEach((values, token) =>
          values.forEach((value, k) => expect(ours[k]![at]![token]!, `${type} ${k}`).toBeCloseTo(value, 4)),
        ),
      );
    }
    expected.forEach(({ states }, at) =>
      states.forEach((values, token) =>
        values.forEach((value, d) => expect(means!.states![at]![token]![d]!).toBeCloseTo(value, 4)),
      ),
    );
    const before = tf.memory().numTensors;
    await session.train(examples);
    expect(tf.memory().numTensors).toBe(before);
    dispose();
  });

  it("do not depend on how a step is cut", async () => {
    const examples = tinyPairs();
    const run = async (microBatchTokens: number) => {
      const seen: Seen[] = [];
      const { session, dispose } = tinySession(noting(seen, "reference", ["residual"]), examples, { microBatchTokens });
      await session.train(examples);
      dispose();
      return seen;
    };
    const [[whole], pairs] = [await run(4096), await run(1)];
    pairs.forEach(({ residual }, pair) =>
      residual!.forEach((rows, k) =>
        rows.forEach((row, side) =>
          row.forEach((value, token) => {
            expect(value).toBeCloseTo(whole!.residual![k]![2 * pair + side]![token]!, 4);
          }),
        ),
      ),
    );
  });
});

describe("a method that asks for activations", () => {
  beforeAll(() => useBackend("cpu"));
  const pairs = describeDataset(tinyPairs(), limits);

  it("keeps the reference live, adds one reduction for logits and none else", () => {
    const without = planMethod(noting([], "reference", ["mlp", "residual"]), pairs);
    expect(without.reference).toBe("live");
    const withLogits = planMethod(noting([], "reference", types), pairs);
    expect(withLogits.vocabulary.length).toBe(without.vocabulary.length + 1);
    expect(withLogits.vocabulary.map(({ name }) => name)).toContain("mean-logits");
  });

  it("and for a type that there is not, or one twice, is refused where it asks", () => {
    const code = expect.objectContaining({ code: "TW_E_UNSUPPORTED" }) as Error;
    expect(() => activations("reference", { types: ["gate" as never] })).toThrow(code);
    expect(() => activations("reference", { types: [] })).toThrow(code);
    expect(() => activations("reference", { types: ["mlp", "mlp"] })).toThrow(code);
  });

  it("sums nothing else: the score is DPO's", async () => {
    const examples = tinyPairs();
    const plain = tinySession(compose({ beta: constantBeta(), scorer: implicitReward(), loss: logistic() }), examples);
    const noted = tinySession(noting([], "reference", types), examples);
    const [a, b] = [await plain.session.train(examples), await noted.session.train(examples)];
    expect(b.loss).toBeCloseTo(a.loss!, 6);
    expect(b.grad_norm).toBeCloseTo(a.grad_norm!, 5);
    [plain, noted].forEach(({ dispose }) => dispose());
  });
});
