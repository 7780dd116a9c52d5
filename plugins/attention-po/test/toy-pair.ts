/** The pair of the method's worked numbers: four tokens, an end token last. */
import { column, tf } from "@tokenwise/kit";
import { batchOf, tokenTable, type Given } from "@tokenwise/testkit";

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
] as const;

type Weights = readonly (readonly number[])[];

/** From the judge's slices of the worked example: p · T, end tokens 0. */
export const judged: Weights = [[1.2, 1.05, 0.75, 0], [0.75, 1.25, 0]]; // prettier-ignore

interface ToyOptions {
  readonly weights?: Weights;
  /** What stands beyond a response, in logits and in the column. */
  readonly padding?: number;
  readonly exchanged?: boolean;
  readonly same?: boolean;
  readonly names?: readonly string[];
}

/** The toy pair as a micro-batch, its weights in the columns of these names. */
export function toyPair({
  weights = judged,
  padding = 0,
  exchanged = false,
  same = false,
  names = ["weights", "attention-po.weights"],
}: ToyOptions = {}): Given {
  const order = exchanged ? [1, 0] : [0, 1];
  const given = order.map((row) => rows[row]!);
  const logits = (model: "policy" | "reference") =>
    tf.tensor3d(
      given.map((row) => Array.from({ length: 4 }, (_, at) => [...(row[model][at] ?? [0, padding, -padding, 0])])),
    );
  const table = () => tokenTable(order.map((row) => weights[row]!), 4, padding); // prettier-ignore
  return {
    batch: batchOf([given.map(({ response }) => ({ promptLength: 1, response: [...response] }))]),
    logits: { policy: logits(same ? "reference" : "policy"), reference: logits("reference") },
    values: names.map((name) => [column(name), table()] as const),
  };
}
