import { tf } from "@tokenwise/kit";
import { describe, expect, inject, it } from "vitest";
import { onBackend } from "../../test/support/on-backend.ts";
import { relativeDifference, someTokens, tinyModel } from "../../test/support/tiny-model.ts";
import { linear } from "../ops/linear.ts";
import { rmsNorm } from "../ops/rms-norm.ts";
import { swiGlu } from "../ops/swi-glu.ts";
import { packTrees } from "../stream/pack-trees.ts";
import type { ActivationKind } from "./activation-means.ts";

const stream = packTrees([
  { prefix: someTokens(4), branches: [someTokens(2, 1), someTokens(3, 2)] },
  { prefix: someTokens(3, 3), branches: [] },
]);
const types = ["mlp", "attention", "residual"] as const;
const kinds: readonly ActivationKind[] = types.map((type) => ({ type, of: "values" }));
const columns = (x: tf.Tensor2D): number[][] => tf.transpose(x).arraySync();
const mean = (x: tf.Tensor): number[] => [...tf.mean(x, 1).dataSync()];

describe.each(inject("backends"))("means of activations on %s", (backend) => {
  onBackend(backend);

  it("are of all tensors of a type: one, six and six a block, and two more of the residual stream", () => {
    const model = tinyModel({ numHiddenLayers: 3 });
    const { activations } = model.forward(stream, { activations: kinds });
    expect(activations!.map(({ shape }) => shape)).toEqual([
      [12, 3],
      [12, 18],
      [12, 20],
    ]);
  });

  it("are what the model computes: the embedding, the blocks' ends and the final norm are its hidden states", () => {
    const model = tinyModel({ numHiddenLayers: 2 });
    const { activations, hiddenStates, hidden } = model.forward(stream, { activations: kinds, hiddenStates: "all" });
    const residual = columns(activations![2]!);
    expect(relativeDifference(residual[0]!, mean(hiddenStates![0]!))).toBeLessThan(1e-5);
    expect(relativeDifference(residual[1]!, mean(hidden))).toBeLessThan(1e-5);
    // The last of a block's six is the stream after it.
    expect(relativeDifference(residual[7]!, mean(hiddenStates![1]!))).toBeLessThan(1e-5);
    const parameter = (name: string) => model.parameters.get(`model.layers.0.${name}.weight`)!;
    const normed = rmsNorm(hiddenStates![0]!, parameter("input_layernorm"), model.config.rmsNormEps);
    expect(relativeDifference(residual[2]!, mean(normed))).toBeLessThan(1e-5);
    const attention = columns(activations![1]!);
    const [q, k, v] = ["q", "k", "v"].map((name) => mean(linear(normed, parameter(`self_attn.${name}_proj`))));
    expect(relativeDifference(attention[0]!, q!)).toBeLessThan(1e-5);
    expect(relativeDifference(attention[2]!, k!)).toBeLessThan(1e-5);
    expect(relativeDifference(attention[4]!, v!)).toBeLessThan(1e-5);
  });

  it("keep apart the streams before and after a sublayer, and what it adds", () => {
    const model = tinyModel({ numHiddenLayers: 1 });
    const { activations, hiddenStates } = model.forward(stream, { activations: kinds, hiddenStates: [0] });
    const [embedding, , , attended, middle, , fed, end] = columns(activations![2]!);
    const sum = (a: readonly number[], b: readonly number[]) => a.map((value, at) => value + b[at]!);
    expect(relativeDifference(middle!, sum(embedding!, attended!))).toBeLessThan(1e-5);
    expect(relativeDifference(end!, sum(middle!, fed!))).toBeLessThan(1e-5);
    expect(hiddenStates).toHaveLength(1);
  });

  it("of queries and keys with their positions are those without at position 0, and differ elsewhere", () => {
    const model = tinyModel();
    const attention = columns(model.forward(stream, { activations: kinds }).activations![1]!);
    const at = stream.positions.indexOf(0);
    expect(attention[1]![at]).toBeCloseTo(attention[0]![at]!, 6);
    expect(attention[3]![at]).toBeCloseTo(attention[2]![at]!, 6);
    expect(Math.abs(attention[1]![at + 2]! - attention[0]![at + 2]!)).toBeGreaterThan(1e-3);
  });

  it("of sigmoids are means of sigmoids, and the feed-forward's are after the activation", () => {
    const model = tinyModel({ numHiddenLayers: 1 });
    const both: readonly ActivationKind[] = [
      { type: "mlp", of: "sigmoid" },
      { type: "mlp", of: "values" },
    ];
    const result = model.forward(stream, { activations: [...both, ...kinds], hiddenStates: [0] });
    const weight = (name: string) => model.parameters.get(`model.layers.0.${name}.weight`)!;
    const [embedding] = result.hiddenStates!;
    const { activations } = result;
    // The feed-forward's input, from the stream that attention leaves: found through the model of one layer without attention's output.
    model.parameters.get("model.layers.0.self_attn.o_proj.weight")!.assign(tf.zeros([16, 16]));
    const without = model.forward(stream, { activations: both });
    const inner = rmsNorm(embedding!, weight("post_attention_layernorm"), model.config.rmsNormEps);
    const activated = swiGlu(linear(inner, weight("mlp.gate_proj")), linear(inner, weight("mlp.up_proj")));
    expect(relativeDifference(columns(without.activations![0]!)[0]!, mean(tf.sigmoid(activated)))).toBeLessThan(1e-5);
    expect(relativeDifference(columns(without.activations![1]!)[0]!, mean(activated))).toBeLessThan(1e-5);
    expect(activations![1]!.dataSync()).toEqual(activations![2]!.dataSync());
  });

  it("change neither the result nor its gradient, are constants, and leave no tensor behind", () => {
    for (const recompute of [false, true]) {
      const model = tinyModel();
      const trained = [...model.parameters].flatMap(([name, variable]) =>
        name === "lm_head.weight" ? [] : [variable],
      );
      const gradients = (asked: readonly ActivationKind[]) => {
        const { value, grads } = tf.variableGrads(() => {
          const { hidden, activations } = model.forward(stream, { recompute, activations: asked });
          const sum = tf.sum<tf.Scalar>(tf.square(hidden));
          return activations ? tf.add<tf.Scalar>(sum, tf.sum(tf.mul(0, tf.concat([...activations], 1)))) : sum;
        }, trained);
        const numbers = trained.map(({ name }) => [...(grads[name]?.dataSync() ?? [])]);
        const total = value.dataSync()[0]!;
        tf.dispose([value, grads]);
        return { numbers, total };
      };
      const plain = gradients([]);
      const before = tf.memory().numTensors;
      const asked = gradients(kinds);
      expect(tf.memory().numTensors).toBe(before);
      expect(asked.total).toBeCloseTo(plain.total, 4);
      asked.numbers.forEach((values, index) =>
        expect(relativeDifference(values, plain.numbers[index]!)).toBeLessThan(1e-5),
      );
      model.dispose();
    }
  });
});
