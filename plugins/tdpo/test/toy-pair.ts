/** The toy pair of the method's specification: four and three tokens over a vocabulary of four. */
import { tf } from "@tokenwise/kit";
import { batchOf, type Given } from "@tokenwise/testkit";

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

export interface ToyOptions {
  /** The policy's logits [2, 4, 4] in place of its own. */
  readonly policy?: tf.Tensor | undefined;
  /** The reference's logits [2, 4, 4] in place of its own. */
  readonly reference?: tf.Tensor | undefined;
  /** What stands beyond the shorter response. */
  readonly padding?: number;
  /** Chosen and rejected change places. */
  readonly exchanged?: boolean;
}

export function toyPair({ policy, reference, padding = 0, exchanged = false }: ToyOptions = {}): Given {
  const given = exchanged ? [...rows].reverse() : rows;
  const logits = (model: "policy" | "reference") =>
    tf.tensor3d(given.map((row) => Array.from({ length: 4 }, (_, at) => row[model][at] ?? [0, padding, -padding, 0])));
  return {
    batch: batchOf([given.map(({ response }) => ({ promptLength: 1, response }))]),
    logits: { policy: policy ?? logits("policy"), reference: reference ?? logits("reference") },
  };
}
