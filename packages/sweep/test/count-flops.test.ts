import { train } from "@tokenwise/core";
import { compose, constantBeta, dpo, implicitReward, logistic, sft, tf, type Method } from "@tokenwise/kit";
import { createModel, llamaConfig, packTrees, useBackend } from "@tokenwise/model";
import { tinyFolder, tinyPairs, type TinyFolder } from "@tokenwise/testkit";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { productsOf } from "../src/flops/products.ts";
import { countFlops, stepsForFlops, trainCounted, type TrainingFlops } from "../src/index.ts";

const refusal = expect.objectContaining({ code: "TW_E_COUNT_FLOPS" }) as Error;
const sizes = { hiddenSize: 16, intermediateSize: 24, layers: 2, heads: 4, keyValueHeads: 2, vocabulary: 23 };
const headDim = sizes.hiddenSize / sizes.heads;

/** Numbers of the weights of all linear layers, without the unembedding. */
const { hiddenSize: width, intermediateSize: inner, layers } = sizes;
const linearNumbers = layers * (2 * width * width + 2 * width * headDim * sizes.keyValueHeads + 3 * width * inner);

describe.each(inject("backends"))("FLOPs on %s", (backend) => {
  let folder: TinyFolder;
  beforeAll(async () => {
    await useBackend(backend);
    folder = await tinyFolder();
  });
  afterAll(() => folder.remove());

  const flopsOf = async (compute: () => tf.Tensor) => (await countFlops(() => tf.tidy(() => void compute()))).flops;
  const trained = async (method: Method, steps: number) => {
    const counted = await countFlops(() =>
      train({ model: folder.model, data: tinyPairs(4), method, steps, batchSize: 2, learningRate: 0.01, seed: 0 }),
    );
    counted.value.model.dispose();
    return counted;
  };

  it("are two for each multiply-add of a product, batched, broadcast or transposed", async () => {
    const [m, k, n] = [3, 5, 7];
    expect(await flopsOf(() => tf.matMul(tf.ones([m, k]), tf.ones([k, n])))).toBe(2 * m * k * n);
    expect(await flopsOf(() => tf.matMul(tf.ones([k, m]), tf.ones([n, k]), true, true))).toBe(2 * m * k * n);
    expect(await flopsOf(() => tf.matMul(tf.ones([4, m, k]), tf.ones([4, k, n])))).toBe(4 * 2 * m * k * n);
    expect(await flopsOf(() => tf.matMul(tf.ones([2, 4, m, k]), tf.ones([1, 4, k, n])))).toBe(8 * 2 * m * k * n);
    expect(await flopsOf(() => tf.matMul(tf.ones([4, m, k]), tf.ones([k, n])))).toBe(4 * 2 * m * k * n);
    const fused = () => tf.fused.matMul({ a: tf.ones([m, k]), b: tf.ones([k, n]), bias: tf.ones([n]), activation: "relu" }); // prettier-ignore
    expect(await flopsOf(fused)).toBe(2 * m * k * n);
    expect(await flopsOf(() => tf.add(tf.ones([m, k]), 1))).toBe(0);
  });

  it("of a product and its gradients are three times those of the product", async () => {
    const product = (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.matMul(a, b));
    const flops = await flopsOf(() => tf.grads(product)([tf.ones([3, 5]), tf.ones([5, 7])])[0]!);
    expect(flops).toBe(3 * 2 * 3 * 5 * 7);
  });

  it("of a forward pass are those of its linear layers, its attention and its unembedding, and of its gradients twice those", async () => {
    const model = createModel(
      llamaConfig({
        ...{ vocabSize: sizes.vocabulary, hiddenSize: width, intermediateSize: inner, numHiddenLayers: layers },
        ...{ numAttentionHeads: sizes.heads, numKeyValueHeads: sizes.keyValueHeads },
      }),
      { seed: 1 },
    );
    const [prefix, branch] = [5, 3];
    const ids = (length: number) => new Int32Array(length).fill(4);
    const stream = packTrees([{ prefix: ids(prefix), branches: [ids(branch), ids(branch)] }]);
    const tokens = prefix + 2 * branch;
    const { byKernel, flops } = await countFlops(() => {
      tf.tidy(() => void tf.matMul(model.forward(stream).hidden, model.unembedding, false, true));
    });
    const backward = await countFlops(() => {
      tf.tidy(() => void tf.variableGrads(() => tf.sum<tf.Scalar>(model.forward(stream).hidden)));
    });
    model.dispose();

    const linear = 2 * linearNumbers * tokens;
    const unembedding = 2 * width * sizes.vocabulary * tokens;
    const seen = (prefix * (prefix + 1)) / 2 + 2 * (branch * prefix + (branch * (branch + 1)) / 2);
    const attention = (pairs: number) => layers * 2 * 2 * pairs * width;
    if (backend === "native") {
      expect(byKernel.FusedLinear).toBe(linear);
      expect(byKernel.FusedPrefixTreeAttention).toBe(attention(seen));
      expect(flops).toBe(linear + unembedding + attention(seen));
      // Twice the forward pass; attention computes its scores once more.
      expect(backward.flops).toBe(3 * linear + 3.5 * attention(seen));
      return;
    }
    // The composites turn positions by a product, and multiply all pairs of a tree as small as this one.
    const rotary = layers * 2 * tokens * headDim * (width + headDim * sizes.keyValueHeads);
    const others = flops - linear - unembedding - rotary;
    expect(others).toBeGreaterThanOrEqual(attention(seen));
    if (backend === "cpu") expect(others).toBe(attention(tokens ** 2));
  });

  it("of two steps of SFT are twice those of one", async () => {
    const [one, two] = [await trained(sft(), 1), await trained(sft(), 2)];
    expect(two.flops).toBeGreaterThan(1.8 * one.flops);
    expect(two.flops).toBeLessThan(2.2 * one.flops);
  });

  it("of a method that reads the reference in every step are more than those of one that reads none", async () => {
    // The divergence reads the reference's distribution, which is not kept from step to step.
    const reading = compose({ beta: constantBeta(), scorer: implicitReward({ divergence: 0.5 }), loss: logistic() });
    const [plain, once, always] = [await trained(sft(), 8), await trained(dpo(), 8), await trained(reading, 8)];
    expect(once.flops).toBeGreaterThan(plain.flops);
    expect(always.flops).toBeGreaterThan(once.flops);
  });

  it("of a training are those before its first step and those of its steps", async () => {
    const ofSteps = async (steps: number) => {
      const options = {
        model: folder.model,
        data: tinyPairs(8),
        method: dpo(),
        batchSize: 2,
        learningRate: 0.01,
        seed: 0,
      };
      const started: number[] = [];
      const counted = await trainCounted({ ...options, steps, onEvent: ({ type }) => type === "start" && started.push(1) }); // prettier-ignore
      counted.run.model.dispose();
      expect(started).toEqual([1]);
      return counted;
    };
    const runs = [await ofSteps(1), await ofSteps(4), await ofSteps(9)];
    const [one, four, nine] = runs.map(({ flops }) => flops) as [TrainingFlops, TrainingFlops, TrainingFlops];
    expect(one.before).toBeGreaterThan(0); // the row that goes through the method first
    for (const { before } of [four, nine]) expect(before).toBe(one.before);
    for (const of of ["steps", "reference"] as const) {
      expect(four[of] / one[of]).toBeGreaterThan(3.6);
      expect(four[of] / one[of]).toBeLessThan(4.4);
    }
    expect(nine.reference).toBe(four.reference); // four steps are an epoch
    const [ofFour, ofNine] = [four, nine].map(({ before, reference, steps }) => before + reference + steps);
    for (const { cost } of runs)
      expect([ofFour!, ofNine!].map((budget) => stepsForFlops(budget, cost))).toEqual([4, 9]);
  });

  it("are told while they are counted", async () => {
    const product = () => tf.tidy(() => void tf.matMul(tf.ones([3, 5]), tf.ones([5, 7])));
    const { flops, value } = await countFlops((soFar) => {
      const before = soFar();
      product();
      const between = soFar();
      product();
      return [before, between];
    });
    expect(value).toEqual([0, 2 * 3 * 5 * 7]);
    expect(flops).toBe(2 * 2 * 3 * 5 * 7);
  });

  it("are counted by wrapped kernels, which are as they were afterwards, also if the function throws", async () => {
    const kernels = () => tf.getKernelsForBackend(backend);
    const before = new Set(kernels());
    await countFlops(() => expect(kernels().some((config) => !before.has(config))).toBe(true));
    await expect(countFlops(() => Promise.reject(new Error("in the middle")))).rejects.toThrow("in the middle");
    expect(new Set(kernels())).toEqual(before);
    expect(kernels().every((config) => before.has(config))).toBe(true);
  });

  it("come with what the function gives, and none without a product", async () => {
    expect(await countFlops(() => Promise.resolve("nothing"))).toEqual({ flops: 0, byKernel: {}, value: "nothing" });
  });

  it("are counted by one count at a time", async () => {
    await expect(countFlops(() => countFlops(() => 1))).rejects.toThrow(refusal);
    const [first, second] = await Promise.allSettled([countFlops(() => 1), countFlops(() => 2)]);
    expect(first.status).toBe("fulfilled");
    expect(second).toMatchObject({ status: "rejected", reason: refusal });
    expect((await countFlops(() => 3)).value).toBe(3);
  });
});

it("FLOPs are refused if the backend changes under the count", async () => {
  await useBackend("cpu");
  await expect(countFlops(() => useBackend("wasm"))).rejects.toThrow(refusal);
});

it.runIf(inject("backends").includes("native"))(
  "every kernel that `native` adds either counts or multiplies nothing",
  async () => {
    await useBackend("native");
    const known = new Set(tf.getKernelsForBackend("cpu").map(({ kernelName }) => kernelName));
    const added = tf.getKernelsForBackend("native").map(({ kernelName }) => kernelName).filter((name) => !known.has(name)); // prettier-ignore
    const multiplyNothing = [
      "AdamW",
      "Embedding",
      "GlobalNorm",
      "LogSoftmax",
      "RMSNorm",
      "RoPE",
      "SwiGLU",
      "Vocabulary",
    ].map((name) => `Fused${name}`);
    const decided = [
      "LogSoftmax",
      ...productsOf.keys(),
      ...multiplyNothing,
      ...multiplyNothing.map((name) => `${name}Grad`),
    ];
    expect(added.filter((name) => !decided.includes(name))).toEqual([]);
    expect(added).toContain("FusedLinear");
  },
);

it("steps for a number of FLOPs are the nearest, and none where what comes before them leaves no half of one", () => {
  const kept = { before: 100, step: 10, reference: { perStep: 5, epochSteps: 4 } };
  expect([100, 108, 129, 159, 166, 200].map((budget) => stepsForFlops(budget, kept))).toEqual([0, 1, 2, 4, 5, 8]);
  const cost = { before: 100, step: 10 };
  expect([170, 174, 176, 105, 104, 100, 3].map((budget) => stepsForFlops(budget, cost))).toEqual([7, 7, 8, 1, 0, 0, 0]);
  expect(() => stepsForFlops(170, { before: 0, step: 0 })).toThrow(RangeError);
});

it("a contraction has a multiply-add for each combination of its indices, and a sum has none", async () => {
  await useBackend("cpu");
  const counted = (equation: string, ...shapes: readonly number[][]) =>
    countFlops(() => tf.tidy(() => void tf.einsum(equation, ...shapes.map((shape) => tf.ones(shape)))));
  expect((await counted("bij,jk->bik", [2, 3, 5], [5, 7])).byKernel).toEqual({ Einsum: 2 * 2 * 3 * 5 * 7 });
  expect((await counted("ij->i", [3, 5])).flops).toBe(0);
});
