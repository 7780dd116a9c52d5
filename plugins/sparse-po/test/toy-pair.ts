/** The pair of the specification's worked examples: two tokens a response over a vocabulary of three. */
import { tf, weighter, type PerToken, type TokenWeighter } from "@tokenwise/kit";
import { batchOf, tokenTable, type Given } from "@tokenwise/testkit";

type Masks = readonly (readonly number[])[];
const logits = (rows: readonly (readonly (readonly number[])[])[]) => tf.tensor3d(rows as number[][][]);

/** Log-ratios and divergences by response and token are the specification's: of logits that it shares with ε-DPO. */
export const ratios: Masks = [
  [0.110753, 0.169507],
  [-0.174038, -0.19323],
];
export const divergences: Masks = [
  [0.010598, 0.006656],
  [0.015534, 0.0165],
];

export const toyBatch = () =>
  batchOf([
    [
      { promptLength: 1, response: [1, 2] },
      { promptLength: 1, response: [2, 1] },
    ],
  ]);

export const toyTable = (rows: Masks): PerToken => tokenTable(rows, 2, 0);

/** Some logits, for what holds of any. */
export const someLogits = (): Given => ({
  batch: batchOf([
    [
      { promptLength: 1, response: [1, 2, 1] },
      { promptLength: 1, response: [2, 1] },
    ],
    [
      { promptLength: 2, response: [0] },
      { promptLength: 2, response: [1, 1, 2, 0] },
    ],
  ]),
  logits: Object.fromEntries(
    ["policy", "reference"].map((model, m) => [
      model,
      logits(
        Array.from({ length: 4 }, (_, b) =>
          Array.from({ length: 4 }, (_, t) => [0, 1, 2].map((v) => 1.7 * Math.sin(1.3 * b + 2.1 * t + 0.9 * v + m))),
        ),
      ),
    ]),
  ) as NonNullable<Given["logits"]>,
});

/** The same numbers in every response, by token. */
export const constantMasks = (reward: number | PerToken, divergence: number | PerToken): TokenWeighter =>
  weighter({
    name: "given",
    weigh: ({ batch }) => {
      const full = (value: number | PerToken): PerToken =>
        typeof value === "number" ? tf.fill(batch.responseMask.shape, value) : value;
      return { reward: full(reward), divergence: full(divergence) };
    },
  });
