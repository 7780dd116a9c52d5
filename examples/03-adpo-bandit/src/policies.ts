/** Small policies, one for each seed: a network scores an item in its context, and the softmax over the context's items acts. */
import { tf } from "@tokenwise/kit";
import { dimensions, groupSize } from "./world.ts";

/** Matrices and biases of the layers, by turns; S on the first axis. */
export type Policies = readonly tf.Variable[];

export function makePolicies(seeds: number, hidden: number, seed: number): Policies {
  const widths = [2 * dimensions, hidden, hidden, 1];
  return tf.tidy(() =>
    widths.slice(1).flatMap((width, layer) => {
      const [before, deviation] = [widths[layer]!, Math.sqrt(2 / widths[layer]!)];
      const matrix = tf.randomNormal([seeds, before, width], 0, deviation, "float32", seed + layer);
      return [tf.variable(matrix), tf.variable(tf.zeros([seeds, 1, width]))];
    }),
  );
}

export const copyOf = (policies: Policies): Policies => policies.map((variable) => tf.variable(variable));

/** log π of each item among those of its context, [S · contexts, G]. */
export function logProbs(policies: Policies, features: tf.Tensor3D): tf.Tensor2D {
  let x: tf.Tensor = features;
  for (let at = 0; at < policies.length; at += 2) {
    const linear = tf.add(tf.matMul(x, policies[at]!), policies[at + 1]!);
    x = at + 2 < policies.length ? tf.relu(linear) : linear;
  }
  return tf.logSoftmax(tf.reshape(x, [-1, groupSize]));
}

/** Probability of the item that is truly best, mean over the contexts, by seed. */
export function winMass(policies: Policies, features: tf.Tensor3D, rewards: tf.Tensor2D): number[] {
  return tf.tidy(() => {
    const [seeds, rows] = rewards.shape;
    const byContext = tf.reshape(rewards, [-1, groupSize]);
    const best = tf.cast(tf.equal(byContext, tf.max(byContext, 1, true)), "float32");
    const mass = tf.sum(tf.mul(best, tf.exp(logProbs(policies, features))), 1);
    return [...tf.mean(tf.reshape(mass, [seeds, rows / groupSize]), 1).dataSync()];
  });
}
