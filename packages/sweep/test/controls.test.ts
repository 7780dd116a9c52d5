import {
  column,
  compose,
  constantBeta,
  implicitReward,
  logistic,
  logRatio,
  tf,
  weighter,
  type TokenWeighter,
} from "@tokenwise/kit";
import { useBackend } from "@tokenwise/model";
import { batchOf, evaluate, tokenTable, type Given } from "@tokenwise/testkit";
import { methodContract } from "@tokenwise/testkit/vitest";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { randomWeights, shuffledWeights } from "../src/index.ts";

const weighed = (weights: TokenWeighter) =>
  compose({ weighter: weights, beta: constantBeta({ beta: 0.1 }), scorer: implicitReward(), loss: logistic() });

/** A weight of its own for every token of the table below. */
const fromColumn = weighter({
  name: "from-column",
  needs: { given: column("places") },
  weigh: ({ read }) => ({ reward: read.given, divergence: tf.neg(read.given) }),
});

const responses = [[1, 2, 3, 4, 5, 6, 7, 0], [3, 2, 1, 0], [5, 5, 6, 2, 1, 0], [1, 2, 3, 4, 5, 6, 7, 0]]; // prettier-ignore
const places = [[1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4], [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6, 7, 8]]; // prettier-ignore

function table(rows: readonly number[], padding = 0): Given {
  const chosen = rows.map((row) => responses[row]!);
  const width = Math.max(...chosen.map(({ length }) => length));
  const logits = (slope: number) =>
    tf.tensor3d(
      chosen.map((_, row) =>
        Array.from({ length: width }, (_, t) => Array.from({ length: 8 }, (_, v) => Math.sin(slope * v + t + row))),
      ),
    );
  return {
    batch: batchOf([
      chosen.slice(0, 2).map((response) => ({ promptLength: 1, response })),
      ...(chosen.length > 2 ? [chosen.slice(2).map((response) => ({ promptLength: 1, response }))] : []),
    ]),
    logits: { policy: logits(1), reference: logits(2) },
    values: [[column("places"), tokenTable(rows.map((row) => places[row]!), width, padding)]], // prettier-ignore
  };
}

const weightsOf = (weights: TokenWeighter, micro: readonly Given[]) => evaluate(weighed(weights), micro).weights;
const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);

describe.each(inject("backends"))("shuffled weights on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  const shuffled = shuffledWeights(fromColumn);

  it("are those of the weighter, each response's dealt to other tokens of it, the divergence's as the reward's", () => {
    const { reward, divergence } = weightsOf(shuffled, [table([0, 1, 2, 3])]);
    expect(reward.map(sorted)).toEqual(places);
    expect(reward[0]).not.toEqual(places[0]);
    expect(divergence).toEqual(reward.map((row) => row.map((value) => -value)));
  });

  it("are the same for the same response in any batch, beside any other", () => {
    const { reward } = weightsOf(shuffled, [table([0, 1, 2, 3])]);
    expect(reward[3]).toEqual(reward[0]);
    expect(weightsOf(shuffled, [table([1, 2], 9)]).reward).toEqual([reward[1], reward[2]]);
    expect(weightsOf(shuffled, [table([0, 1]), table([2, 3])]).reward).toEqual(reward);
  });

  it("carry the gradient of what they are made of to the tokens that they come from", () => {
    const ofPolicy = shuffledWeights(
      weighter({ name: "of-policy", needs: { ratio: logRatio }, weigh: ({ read }) => ({ reward: read.ratio }) }),
    );
    const order = weightsOf(shuffled, [table([0, 1])]).reward[0]!;
    const given = table([0, 1]).batch;
    const gradient = tf
      .grads((x: tf.Tensor) => {
        const view = { batch: given, read: { ratio: x } } as unknown as Parameters<typeof ofPolicy.weigh>[0];
        const { reward } = ofPolicy.weigh(view);
        return tf.sum(tf.mul(reward!, tf.range(1, 1 + given.responseIds.size).reshape(given.responseIds.shape as [number, number]))); // prettier-ignore
      })([tf.zeros(given.responseIds.shape)])[0]!
      .arraySync() as number[][];
    expect(order.map((from) => gradient[0]![from - 1])).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe.each(inject("backends"))("random weights on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  it("are between 0 and 2, of mean 1, and the same for the same response", () => {
    const { reward } = weightsOf(randomWeights(), [table([0, 1, 2, 3])]);
    expect(reward[3]).toEqual(reward[0]);
    expect(weightsOf(randomWeights(), [table([1, 2])]).reward).toEqual([reward[1], reward[2]]);
    expect(new Set(reward[0]).size).toBe(8);
    const many = Array.from({ length: 4000 }, (_, token) => token % 97);
    const batch = batchOf([[{ promptLength: 1, response: many }]]);
    const drawn = randomWeights().weigh({ batch } as unknown as Parameters<TokenWeighter["weigh"]>[0]).reward!;
    const values = [...drawn.dataSync()];
    expect([Math.min(...values) >= 0, Math.max(...values) < 2]).toEqual([true, true]);
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(1, 1);
  });
});

methodContract(() => weighed(shuffledWeights(fromColumn)));
methodContract(() => weighed(randomWeights()));
