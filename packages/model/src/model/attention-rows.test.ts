/** The rows beside whole maps, computed in 64 bits from the same parameters and hidden states. */
import { tf } from "@tokenwise/kit";
import { describe, expect, inject, it } from "vitest";
import { onBackend } from "../../test/support/on-backend.ts";
import { relativeDifference, someTokens, tinyModel } from "../../test/support/tiny-model.ts";
import { ropeFrequencies } from "../ops/rope.ts";
import { packTrees } from "../stream/pack-trees.ts";
import { layerIndex } from "./attention-rows.ts";
import type { CausalModel } from "./causal-model.ts";

type Matrix = readonly (readonly number[])[];

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** x·Wᵀ */
const times = (x: Matrix, weight: Matrix): number[][] => x.map((row) => weight.map((other) => dot(row, other)));

function turned(x: readonly number[], position: number, model: CausalModel): number[] {
  const { headDim, ropeTheta: theta } = model.config;
  const frequencies = ropeFrequencies({ theta, headDim });
  const half = headDim / 2;
  return x.map((value, at) => {
    const i = at % half;
    const angle = position * frequencies[i]!;
    const other = at < half ? -x[at + half]! : x[at - half]!;
    return value * Math.cos(angle) + other * Math.sin(angle);
  });
}

/** The whole map of every layer, mean over the heads: S×S. */
function maps(model: CausalModel, ids: Int32Array): Matrix[] {
  const { numHiddenLayers, numAttentionHeads, numKeyValueHeads, headDim, rmsNormEps } = model.config;
  const { hiddenStates } = model.forward(packTrees([{ prefix: ids, branches: [] }]), { hiddenStates: "all" });
  const parameter = (name: string) => model.parameters.get(name)!.arraySync();
  return Array.from({ length: numHiddenLayers }, (_, layer) => {
    const norm = parameter(`model.layers.${layer}.input_layernorm.weight`) as number[];
    const x = hiddenStates![layer]!.arraySync().map((row) => {
      const size = Math.sqrt(dot(row, row) / row.length + rmsNormEps);
      return row.map((value, i) => (value / size) * norm[i]!);
    });
    const project = (name: string) => times(x, parameter(`model.layers.${layer}.self_attn.${name}.weight`) as Matrix);
    const [q, k] = [project("q_proj"), project("k_proj")];
    const part = (row: readonly number[], head: number) => row.slice(head * headDim, (head + 1) * headDim);
    const map = q.map((_, i) => q.map((): number => 0).map((zero, j) => zero * (i + j)));
    for (let head = 0; head < numAttentionHeads; head++) {
      const shared = Math.floor((head * numKeyValueHeads) / numAttentionHeads);
      q.forEach((query, i) => {
        const asking = turned(part(query, head), i, model);
        const scores = k
          .slice(0, i + 1)
          .map((key, j) => Math.exp(dot(asking, turned(part(key, shared), j, model)) / Math.sqrt(headDim)));
        const total = scores.reduce((sum, value) => sum + value, 0);
        scores.forEach((score, j) => (map[i]![j]! += score / total / numAttentionHeads));
      });
    }
    return map;
  });
}

/** R ← (½ A + ½ I) R, from the first layer to the last. */
function rollout(all: readonly Matrix[]): number[] {
  const size = all[0]!.length;
  let product: number[][] = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (__, j) => Number(i === j))); // prettier-ignore
  for (const map of all) {
    const before = product;
    product = map.map((row, i) =>
      before[i]!.map((own, j) => 0.5 * own + 0.5 * row.reduce((sum, value, k) => sum + value * before[k]![j]!, 0)),
    );
  }
  return product.at(-1)!;
}

describe.each(inject("backends"))("attention rows on %s", (backend) => {
  onBackend(backend);

  it.each([
    ["several query heads for a key head", { numAttentionHeads: 4, numKeyValueHeads: 2, numHiddenLayers: 3 }],
    ["as many of each", { numAttentionHeads: 2, numKeyValueHeads: 2 }],
  ])("are the last rows of the maps, and the rollout is that of their product: %s", (_, options) => {
    const model = tinyModel(options);
    const ids = someTokens(11);
    const all = maps(model, ids);
    const layers = [...all.keys(), -1, "rollout"] as const;
    const { attention } = model.forward(packTrees([{ prefix: ids, branches: [] }]), { attention: layers });
    const expected = [...all.map((map) => map.at(-1)!), all.at(-1)!.at(-1)!, rollout(all)];
    attention!.forEach(([row], index) => {
      expect(row!.shape).toEqual([11]);
      expect(relativeDifference(row!.dataSync(), expected[index]!), String(layers[index])).toBeLessThan(1e-5);
      expect(dot([...row!.dataSync()], Array<number>(11).fill(1))).toBeCloseTo(1, 5);
    });
    model.dispose();
  });

  it("of a prompt are the same whatever shares its stream, and whatever follows it", () => {
    const model = tinyModel({ numHiddenLayers: 3 });
    const [one, other] = [someTokens(7), someTokens(300, 4)];
    const asked = { attention: [1, "rollout"] } as const;
    const together = packTrees([
      { prefix: other, branches: [someTokens(5, 2)] },
      { prefix: one, branches: [someTokens(3, 1), someTokens(2, 5)] },
    ]);
    const packed = model.forward(together, asked).attention!;
    const alone = [other, one].map((prefix) => model.forward(packTrees([{ prefix, branches: [] }]), asked).attention!);
    packed.forEach((trees, layer) =>
      trees.forEach((row, tree) =>
        expect(relativeDifference(row.dataSync(), alone[tree]![layer]![0]!.dataSync())).toBeLessThan(1e-5),
      ),
    );
    model.dispose();
  });

  it("leave no tensors behind but themselves, and are constants", () => {
    const model = tinyModel();
    const stream = packTrees([{ prefix: someTokens(6), branches: [someTokens(2)] }]);
    const before = tf.memory().numTensors;
    const { hidden, attention } = model.forward(stream, { attention: [0, "rollout"] });
    expect(tf.memory().numTensors - before).toBe(3);
    tf.dispose([hidden, ...attention!.flat()]);
    const gradient = tf.grad((weight: tf.Tensor) => {
      const [rows] = model.forward(stream, { attention: [1] }).attention!;
      return tf.add(tf.sum(tf.mul(rows![0]!, tf.range(0, 6))), tf.sum(weight));
    })(model.parameters.get("model.layers.1.self_attn.k_proj.weight")!);
    expect([...gradient.dataSync()].every((value) => value === 1)).toBe(true);
    model.dispose();
  });
});

describe("a layer", () => {
  it.each([
    [0, 32, 0],
    [31, 32, 31],
    [-1, 32, 31],
    [-32, 32, 0],
    [0.25, 32, 7],
    [0.5, 32, 15],
    [0.75, 32, 23],
    [0.001, 4, 0],
    [0.999, 4, 3],
  ])("%d of %d is layer %d: from the start, from the end, or a share of the depth", (layer, count, index) => {
    expect(layerIndex(layer, count)).toBe(index);
  });

  it.each([4, -5, 1.5, -0.5, NaN])("%d of 4 is refused", (layer) => {
    expect(() => layerIndex(layer, 4)).toThrow(expect.objectContaining({ code: "TW_E_ATTENTION_LAYER" }));
  });
});
