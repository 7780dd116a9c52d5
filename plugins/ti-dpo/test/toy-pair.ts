/** The toy pair of the method's specification: two tokens a response over a vocabulary of three, their attributions, and an anchor. */
import { inputGradient, tf, tokenLogProb } from "@tokenwise/kit";
import { batchOf, tokenTable, type Given } from "@tokenwise/testkit";

const rows = [
  { response: [0, 1], policy: [[1, 0, -1], [0.5, 0.2, 0]], reference: [[0.8, 0.1, -0.9], [0.5, 0, 0.1]], attribution: [0.9, 0.3] }, // prettier-ignore
  { response: [2, 0], policy: [[0.3, -0.2, 0.1], [0, 0.4, -0.4]], reference: [[0.1, -0.1, 0.3], [0.2, 0.2, -0.3]], attribution: [0.2, 0.6] }, // prettier-ignore
];

export interface ToyOptions {
  /** The policy's logits [2, 2, 3] in place of its own. */
  readonly policy?: tf.Tensor | undefined;
  /** The reference's logits [2, 2, 3] in place of its own. */
  readonly reference?: tf.Tensor | undefined;
  /** Of the prompt's one token. */
  readonly ofPrompt?: number;
  /** All attributions times this. */
  readonly scale?: number;
  /** ρ of the anchor's tokens. */
  readonly anchor?: readonly number[];
  /** Chosen and rejected change places. */
  readonly exchanged?: boolean;
}

export function toyPair(options: ToyOptions = {}): Given {
  const { policy, reference, ofPrompt = 0.4, scale = 1, anchor = [0.05, -0.1, 0.2], exchanged = false } = options;
  const given = exchanged ? [...rows].reverse() : rows;
  const logits = (model: "policy" | "reference") => tf.tensor3d(given.map((row) => row[model]));
  const response = tf.tensor2d(given.map((row) => row.attribution.map((value) => scale * value)));
  const totals = given.map((row) => scale * (ofPrompt + row.attribution.reduce((sum, value) => sum + value, 0)));
  const attribution = { response, sequenceTotal: tf.tensor2d([totals]) };
  return {
    batch: batchOf([given.map((row) => ({ promptLength: 1, response: row.response }))]),
    logits: { policy: policy ?? logits("policy"), reference: reference ?? logits("reference") },
    values: [
      [inputGradient({ norm: "l1" }), attribution],
      [inputGradient({ norm: "l2" }), attribution],
    ],
    samples: { anchor: anchorOf(anchor) },
  };
}

/** An anchor of these log-ratios, the reference's log-probability of every token being −2. */
function anchorOf(ratios: readonly number[]): Given {
  const values = (offset: readonly number[]) => tokenTable([offset.map((value) => value - 2)], ratios.length, 0);
  return {
    batch: batchOf([[{ promptLength: 1, response: ratios.map(() => 1) }]]),
    values: [
      [tokenLogProb("policy"), values(ratios)],
      [tokenLogProb("reference"), values(ratios.map(() => 0))],
    ],
  };
}
