/** The worked example of the method's specification, by hand in 64 bits: three pairs over a vocabulary of three. */
import { evaluate } from "@tokenwise/testkit";
import { constantBeta, dpo, margin, tf } from "@tokenwise/kit";
import { describe, expect, it } from "vitest";
import { epsilonDpo } from "../src/index.ts";
import { givenPairs, growing, peaked, shrinking, type Pair } from "./pairs.ts";
import { marginAt } from "./margin-at.ts";

interface Row {
  readonly name: string;
  readonly pair: Pair;
  readonly epsilon: number;
  readonly z: readonly [down: number, plain: number, up: number];
  readonly s: number;
  readonly beta: number;
  readonly loss: number;
}
const rows: readonly Row[] = [
  { name: "A", pair: growing, epsilon: 0.1, z: [0.610158, 0.676297, 0.742758], s: 1, beta: 0.090909, loss: 0.664147 },
  { name: "A", pair: growing, epsilon: 0.01, z: [0.669669, 0.676297, 0.682929], s: 1, beta: 0.09901, loss: 0.661605 },
  {
    name: "B",
    pair: shrinking,
    epsilon: 0.1,
    z: [-0.610158, -0.676297, -0.742758],
    s: -1,
    beta: 0.111111,
    loss: 0.729768,
  },
  {
    name: "B",
    pair: shrinking,
    epsilon: 0.01,
    z: [-0.669669, -0.676297, -0.682929],
    s: -1,
    beta: 0.10101,
    loss: 0.726385,
  },
  { name: "C", pair: peaked, epsilon: 0.01, z: [0.003297, 0.003331, 0.003297], s: 0, beta: 0.1, loss: 0.677817 },
];

describe("the worked example", () => {
  it.each(rows)("pair $name at ε = $epsilon: margins, s, β and loss", ({ pair, epsilon, z, s, beta, loss }) => {
    [-epsilon, 0, epsilon].forEach((tilt, index) => expect(marginAt(tilt, [pair])[0]).toBeCloseTo(z[index]!, 5));
    const result = evaluate(epsilonDpo({ beta: 0.1, epsilon }), [givenPairs([pair])]);
    expect(result.metrics["epsilon-beta/step"]).toEqual([s]);
    expect(result.beta[0]).toBeCloseTo(beta, 6);
    expect(result.losses[0]).toBeCloseTo(loss, 5);
  });

  it.each([
    { pairs: [growing, peaked], epsilon: 0.1, code: 0.0952381, paper: 0.09545455 },
    { pairs: [growing, shrinking], epsilon: 0.1, code: 0.1, paper: 0.1010101 },
    { pairs: [growing, growing], epsilon: 0.1, code: 0.09090909, paper: 0.09090909 },
    { pairs: [growing, peaked], epsilon: 0.01, code: 0.09950249, paper: 0.09950495 },
    { pairs: [growing, shrinking], epsilon: 0.01, code: 0.1, paper: 0.10001 },
  ])(
    "β after a step of two pairs at ε = $epsilon is $code as the code, $paper as the paper",
    ({ pairs, epsilon, ...after }) => {
      for (const update of ["code", "paper"] as const) {
        const method = epsilonDpo({ beta: 0.1, epsilon, update });
        const { states } = evaluate(method, [givenPairs(pairs)]);
        expect((states.get(method.beta) as { beta: number }).beta).toBeCloseTo(after[update], 8);
      }
    },
  );

  it("the slope of pair A's loss by its margin at ε = 0.01 is −0.047919", () => {
    const { loss } = epsilonDpo().objectives[0]!;
    const { batch } = givenPairs([growing]);
    const view = { batch, targets: tf.tensor2d([[1, 0]]), read: {} } as never;
    const slope = tf.grad((scores) => loss.loss(view, { scores, beta: tf.tensor1d([0.1 / 1.01]) }).loss)(
      tf.tensor2d([[0.647527, 0]]),
    );
    expect(margin(slope).dataSync()[0]! / 2).toBeCloseTo(-0.047919, 6);
  });

  it("plain DPO of pair A is 0.661295", () => {
    expect(evaluate({ ...dpo(), beta: constantBeta({ beta: 0.1 }) }, [givenPairs([growing])]).loss).toBeCloseTo(
      0.661295,
      5,
    );
  });
});
