/** The toy pair of the method's specification: four and three tokens over a vocabulary of four; the last ones are end tokens. */
import { tf } from "@tokenwise/kit";
import { batchOf, tokenTable, type Given } from "@tokenwise/testkit";
import { logRatioColumn } from "../src/index.ts";

const rows = [
  {
    response: [2, 1, 0, 3],
    policy: [[0.5, -0.2, 1, 0], [0.1, 0.4, -0.3, 0.8], [0.9, 0.3, -0.6, 0.2], [-0.5, 0, 0.3, 1.2]], // prettier-ignore
    reference: [[0.3, 0, 0.6, 0.1], [0.2, 0.1, 0, 0.5], [0.5, 0.4, -0.2, 0.1], [-0.2, 0.1, 0, 1]], // prettier-ignore
  },
  {
    response: [0, 1, 3],
    policy: [[0.7, 0.2, -0.1, -0.4], [-0.3, 0.6, 0.1, 0.4], [0, -0.6, 0.5, 0.9]], // prettier-ignore
    reference: [[0.4, 0.3, 0, -0.2], [0, 0.9, -0.1, 0.3], [0.1, -0.2, 0.2, 0.6]], // prettier-ignore
  },
];

/** log π⁺ − log π⁻ of the tokens that are text. */
export const toyRatios = [[1.8, -0.4, 0.25], [-0.9, 0.2]] as const; // prettier-ignore

/**
 * The toy pair as a micro-batch.
 *
 * @param options.ratios   of each response, end tokens included or not: what is missing is 0.
 * @param options.padding  what stands beyond a response, in logits and in the column.
 */
export function toyPair({
  ratios = toyRatios,
  padding = 0,
  policy = undefined as tf.Tensor3D | undefined,
  exchanged = false,
} = {}): Given {
  const order = exchanged ? [1, 0] : [0, 1];
  const given = order.map((row) => rows[row]!);
  const logits = (model: "policy" | "reference") =>
    tf.tensor3d(given.map((row) => Array.from({ length: 4 }, (_, at) => row[model][at] ?? [0, padding, -padding, 0])));
  const column = order.map((row) => [...ratios[row]!, ...Array<number>(rows[row]!.response.length - ratios[row]!.length).fill(0)]); // prettier-ignore
  return {
    batch: batchOf([given.map(({ response }) => ({ promptLength: 1, response }))]),
    logits: { policy: policy ?? logits("policy"), reference: logits("reference") },
    values: [[logRatioColumn, tokenTable(column, 4, padding)]],
  };
}
