import { batchOf, type Given } from "@tokenwise/testkit";
import { tf } from "@tokenwise/kit";

/** One response: per token the policy's and the reference's logits, and the token. */
export type Response = readonly {
  readonly policy: readonly number[];
  readonly reference: readonly number[];
  readonly id: number;
}[];
export type Pair = readonly [chosen: Response, rejected: Response];

/** Pairs as a micro-batch; `padding` is the logit of every token beyond a response. */
export function givenPairs(pairs: readonly Pair[], padding = 0): Given {
  const rows = pairs.flat();
  const width = Math.max(...rows.map((row) => row.length));
  const vocabulary = rows[0]![0]!.policy.length;
  const beyond = Array.from({ length: vocabulary }, (_, id) => padding * id);
  const logits = (model: "policy" | "reference") =>
    tf.tensor3d(rows.map((row) => Array.from({ length: width }, (_, token) => [...(row[token]?.[model] ?? beyond)])));
  return {
    batch: batchOf(pairs.map((pair) => pair.map((row) => ({ promptLength: 1, response: row.map(({ id }) => id) })))),
    logits: { policy: logits("policy"), reference: logits("reference") },
  };
}

const token = (policy: readonly number[], reference: readonly number[], id: number) => ({ policy, reference, id });

/** The worked example: its margin grows with the policy's distance from the reference, s = +1. */
export const growing: Pair = [
  [token([1, 0, -1], [0.8, 0.1, -0.9], 0), token([0.5, 0.2, 0], [0.5, 0, 0.1], 1)],
  [token([0.3, -0.2, 0.1], [0.1, -0.1, 0.3], 2), token([0, 0.4, -0.4], [0.2, 0.2, -0.3], 0)],
];
/** Chosen and rejected exchanged: s = −1. */
export const shrinking: Pair = [growing[1], growing[0]];
/** Its margin is largest at the policy itself: s = 0. */
export const peaked: Pair = [[token([0, 0, 0], [0, -1, 1], 0)], [token([0.2, 0.1, 0], [0.2, 0.1, 0], 1)]];

/** A pair by formula, of 3 and 2 tokens over 5 ids; other phases, other pairs. */
export function pairOf(phase: number): Pair {
  const response = (length: number, side: number): Response =>
    Array.from({ length }, (_, at) => {
      const logits = (offset: number) =>
        Array.from(
          { length: 5 },
          (_, id) => 1.5 * Math.sin(1.7 * id + 0.9 * at + 2.3 * side + phase + offset * (1 + id)),
        );
      return token(logits(0), logits(0.35), (3 * at + side + 1) % 5);
    });
  return [response(3, 0), response(2, 1)];
}
