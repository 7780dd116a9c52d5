import { tf, weighter, type PerToken, type Tensors, type TokenWeighter } from "@tokenwise/kit";
import {
  difference,
  evaluate,
  givenPairs,
  gradientDifference,
  pairOrder,
  tokenTable,
  type GoldenGradient,
  type GoldenPairs,
} from "@tokenwise/testkit";
import { describe, expect, it } from "vitest";
import { maskedTdpo, maskNetwork, maskOf } from "../src/index.ts";
import { golden, tolerance } from "./golden.ts";

type Side = "reward" | "divergence";
interface Options {
  readonly beta: number;
  readonly maskOnReward: boolean;
  readonly maskOnKl: boolean;
  readonly commonMask: boolean;
  readonly lambdaU: number;
  readonly lambdaD: number;
}
type Rows = readonly (readonly number[])[];
interface Case {
  readonly options: Options;
  readonly masks: Readonly<Record<Side, Rows | null | "same as reward">>;
  readonly authors_code: {
    readonly loss: number;
    readonly gradient: GoldenGradient;
    readonly maskGradient: Readonly<Record<Side, Rows | null>>;
  };
  readonly paper: Readonly<Record<"rewardsChosen" | "rewardsRejected", readonly number[]>>;
}
const file = golden<GoldenPairs, Case>("sparse-po");
const cases = file.cases
  .filter((each) => "masks" in each)
  .map((each) => ({ ...each, given: file.inputs[each.input]! }));

const padded = (rows: Rows, given: GoldenPairs): tf.Tensor =>
  tokenTable(
    pairOrder(given.pairs).map((row) => rows[row]!),
    Math.max(...given.rows.map(({ response }) => response.length)),
    3.5,
  );

/** A weighter whose masks are its parameters: ∂loss/∂mask is then the gradient of a parameter. */
function givenMasks({ masks, options }: Case, given: GoldenPairs): TokenWeighter {
  const init = (side: Side) => () => padded(masks[side] as Rows, given);
  const common = options.commonMask && options.maskOnReward && options.maskOnKl;
  if (common)
    return weighter({
      name: "masks",
      parameters: { reward: { init: init("reward") } },
      weigh: ({ parameters: { reward } }) => ({ reward, divergence: reward }),
    });
  if (!options.maskOnKl)
    return weighter({
      name: "masks",
      parameters: { reward: { init: init("reward") } },
      weigh: ({ parameters: { reward } }) => ({ reward }),
    });
  if (!options.maskOnReward)
    return weighter({
      name: "masks",
      parameters: { divergence: { init: init("divergence") } },
      weigh: ({ parameters: { divergence } }) => ({ divergence }),
    });
  return weighter({
    name: "masks",
    parameters: { reward: { init: init("reward") }, divergence: { init: init("divergence") } },
    weigh: ({ parameters: { reward, divergence } }) => ({ reward, divergence }),
  });
}

/** The released code halves λ for a mask that is penalized on both sides, and penalizes no side without a mask. */
function penalties({ maskOnReward, maskOnKl, commonMask, lambdaU, lambdaD, beta }: Options) {
  const share = commonMask && maskOnReward && maskOnKl ? 0.5 : 1;
  return { beta, l1Reward: maskOnReward ? share * lambdaU : 0, l1Divergence: maskOnKl ? share * lambdaD : 0 };
}

describe("SparsePO with given masks", () => {
  it.each(cases)("$name: loss, rewards and gradients are the authors'", (each) => {
    const { given, options, authors_code, paper } = each;
    const result = evaluate(maskedTdpo(givenMasks(each, given), penalties(options)), [givenPairs(given)]);
    expect(difference([result.loss], [authors_code.loss])).toBeLessThan(tolerance.value);
    const rewards = paper.rewardsChosen.flatMap((chosen, pair) => [chosen, paper.rewardsRejected[pair]!]);
    expect(difference(result.rewards.flat(), rewards)).toBeLessThan(tolerance.value);
    expect(gradientDifference(result.gradients.policy[0]!, authors_code.gradient, given)).toBeLessThan(
      tolerance.gradient,
    );
  });

  it.each(cases)("$name: the masks' gradients are the authors', and none reaches the padding", (each) => {
    const { given, options, authors_code } = each;
    const { gradients } = evaluate(maskedTdpo(givenMasks(each, given), penalties(options)), [givenPairs(given)]);
    for (const [name, gradient] of Object.entries(gradients.parameters)) {
      const rows = authors_code.maskGradient[name.replace("masks/", "") as Side]!;
      const order = pairOrder(given.pairs);
      const expected = padded(
        rows.map((row) => [...row, ...Array<number>(9).fill(0)]),
        given,
      );
      expect(gradient.shape[0]).toBe(order.length);
      expect(difference([...gradient.dataSync()], [...expected.dataSync()])).toBeLessThan(tolerance.gradient);
    }
  });
});

interface NetworkCase {
  readonly network: {
    readonly hidden: number;
    readonly layers: number;
    readonly order: readonly (readonly [string, readonly number[]])[];
  };
  readonly states: Readonly<Record<"B" | "T" | "amp" | "l" | "b" | "t" | "h" | "phase", number>>;
  readonly authors_code: {
    readonly mask: Rows;
    readonly parameterGradients: { readonly l2: Readonly<Record<string, number>> };
  };
}

describe("the mask network", () => {
  const found = golden<unknown, NetworkCase>("sparse-po").cases.find(({ name }) => name === "masknet_relu")!;
  const { network, states, authors_code } = found;
  const { layers, hidden } = network;
  const parameter = (name: string): number[] => {
    const index = network.order.findIndex(([each]) => each === name);
    const size = network.order[index]![1].reduce((product, side) => product * side, 1);
    const value = (i: number) => 0.8 * Math.sin(1.3 * i + 0.6 * index + 2.9);
    return Array.from({ length: size }, (_, i) => (name === "layer_norm.weight" ? 1 + 0.2 * value(i) : value(i)));
  };
  const ofLayers = (what: string) =>
    Array.from({ length: layers }, (_, layer) => parameter(`w_per_layer.${layer}.w.${what}`));
  const tensors = (): Tensors<ReturnType<typeof maskNetwork>> => ({
    scale: tf.tensor1d(parameter("layer_norm.weight")),
    shift: tf.tensor1d(parameter("layer_norm.bias")),
    weight: tf.tensor2d(ofLayers("weight"), [layers, hidden]),
    bias: tf.tensor1d(ofLayers("bias").flat()),
    mix: tf.tensor1d(parameter("mixer.weight")),
  });
  const indices = (n: number) => Array.from({ length: n }, (_, index) => index);
  const hiddenStates = () =>
    tf.tensor4d(
      indices(layers).map((layer) =>
        indices(states.B).map((row) =>
          indices(states.T).map((position) =>
            indices(hidden).map(
              (unit) =>
                states.amp *
                Math.sin(
                  states.l * (layer + 1) + states.b * row + states.t * position + states.h * unit + states.phase,
                ),
            ),
          ),
        ),
      ),
      [layers, states.B, states.T, hidden],
    );

  it("gives the authors' masks, the zeros exactly", () => {
    const mask = maskOf(tensors(), hiddenStates());
    expect(difference([...mask.dataSync()], authors_code.mask.flat())).toBeLessThan(tolerance.value);
    authors_code.mask.flat().forEach((value, at) => expect(mask.dataSync()[at] === 0).toBe(value === 0));
  });

  it("has the authors' parameter gradients, and none in a layer whose ReLU is off", () => {
    const { scale, shift, weight, bias, mix } = tensors();
    const objective = tf.tensor2d(
      indices(states.B).map((row) => indices(states.T).map((at) => 1 + 0.5 * row - 0.3 * at)),
    );
    const loss = (...[a, b, c, d, e]: tf.Tensor[]): tf.Tensor => {
      const mask: PerToken = maskOf({ scale: a!, shift: b!, weight: c!, bias: d!, mix: e! }, hiddenStates());
      return tf.sum(tf.mul(mask, objective));
    };
    const [dScale, dShift, dWeight, dBias, dMix] = tf.grads(loss)([scale, shift, weight, bias, mix]);
    const { l2 } = authors_code.parameterGradients;
    const norm = (gradient: tf.Tensor | undefined) => Math.hypot(...gradient!.dataSync());
    expect(
      difference(
        [norm(dScale), norm(dShift), norm(dMix)],
        [l2["layer_norm.weight"]!, l2["layer_norm.bias"]!, l2["mixer.weight"]!],
      ),
    ).toBeLessThan(tolerance.gradient);
    const perLayer = tf.unstack(dWeight!).map(norm);
    expect(
      difference(
        perLayer,
        indices(layers).map((layer) => l2[`w_per_layer.${layer}.w.weight`]!),
      ),
    ).toBeLessThan(tolerance.gradient);
    expect(
      difference(
        [...dBias!.dataSync()].map(Math.abs),
        indices(layers).map((layer) => l2[`w_per_layer.${layer}.w.bias`]!),
      ),
    ).toBeLessThan(tolerance.gradient);
  });
});
