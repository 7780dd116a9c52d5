import { auxiliaryLoss, logRatio, margin, tf, type AuxiliaryLoss, type PerCandidate } from "@tokenwise/kit";

export interface TripletOptions {
  readonly weight?: number;
  /** How much closer the preferred response has to be, in squared nats. */
  readonly margin?: number;
}

/** A response sampled from the policy is to lie closer to the preferred one: Σ max(0, D_0 − D_1 + margin), D in log-ratios. */
export const triplet = ({ weight = 0.001, margin: gap = 0.001 }: TripletOptions = {}): AuxiliaryLoss =>
  auxiliaryLoss({
    name: "triplet",
    weight,
    needs: { ratio: logRatio },
    requires: { group: "pair" },
    samples: {
      anchor: { generate: { maxNewTokens: 64, temperature: 0.8, topK: 50, topP: 0.95 }, needs: { ratio: logRatio } },
    },
    sum({ batch, read, sample: { anchor } }) {
      const width = Math.max(batch.responseMask.shape[1]!, anchor.batch.responseMask.shape[1]!);
      /** [rows, T] as [P, candidates, width]; an anchor stands for every candidate of its prompt. */
      const aligned = (tokens: tf.Tensor) =>
        tf.reshape(
          tf.pad(tokens, [
            [0, 0],
            [0, width - tokens.shape[1]!],
          ]),
          [batch.prompts, -1, width],
        );
      const both = tf.mul(aligned(batch.responseMask), aligned(anchor.batch.responseMask));
      const apart = tf.square(tf.sub(aligned(read.ratio), aligned(anchor.read.ratio)));
      const distance: PerCandidate = tf.sum(tf.mul(both, apart), 2);
      return tf.sum(tf.relu(tf.add(margin(distance), gap)));
    },
    count: ({ batch }) => batch.prompts,
  });
