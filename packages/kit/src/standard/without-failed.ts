import { promptWeighter, type PromptWeighter } from "../contract/parts.ts";
import { derived } from "../requests/derived.ts";
import { rewards } from "../requests/dataset.ts";
import { tf } from "../tensorflow.ts";

/** 1 for the candidates of a group in which one has a positive reward, else 0: [P, G]. */
export const succeeded = derived("succeeded", "P,G", { rewards }, ({ read, batch: { candidateMask } }) => {
  const positive = tf.cast(tf.greater(tf.mul(read.rewards, candidateMask), 0), "float32");
  return tf.mul(tf.max(positive, 1, true), tf.onesLike(candidateMask));
});

/** ω of groups without a positive reward is 0, that of the others such that the loss is their mean. Metric: `kept`, their share. */
export const withoutFailed = (): PromptWeighter =>
  promptWeighter({
    name: "without-failed",
    coupling: "batch",
    needs: { succeeded },
    emphasize({ batch: { prompts }, read }) {
      const kept = tf.max(read.succeeded, 1);
      return { weight: tf.mul(kept, tf.div(prompts, tf.maximum(1, tf.sum(kept)))), metrics: { kept } };
    },
  });
