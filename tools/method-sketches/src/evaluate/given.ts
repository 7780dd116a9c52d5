import { tf, type PreferenceBatch, type Request, type Role } from "@tokenwise/kit";

/**
 * A micro-batch as a table: what a model would have computed is given.
 *
 * Shapes: B rows, T response tokens, V vocabulary; row = prompt · group size + candidate.
 */
export interface Given {
  readonly batch: PreferenceBatch;
  /** By model: logits at the positions that predict response tokens, [B, T, V]; anything in the padding. */
  readonly logits?: Readonly<Record<Role, tf.Tensor>>;
  /** Any other request, by value: rewards, columns, captures, attributions. */
  readonly values?: readonly (readonly [Request, unknown])[];
  /** The samples that parts ask for, by name. */
  readonly samples?: Readonly<Record<string, Given>>;
}

/** The same table with other policy logits. */
export const withPolicyLogits = (given: Given, policy: tf.Tensor): Given => ({
  ...given,
  logits: { ...given.logits, policy },
});

/** One batch of all prompts. What is per token is padded to the longest response of all. */
export function concatBatches(batches: readonly PreferenceBatch[]): PreferenceBatch {
  const width = Math.max(...batches.map(({ responseMask }) => responseMask.shape[1] ?? 0));
  type Tensors = Exclude<keyof PreferenceBatch, "prompts" | "groupSize">;
  const perPrompt = (name: Tensors) => tf.concat(batches.map((batch) => batch[name] as tf.Tensor));
  const perToken = (name: Tensors) =>
    tf.concat(
      batches.map((batch) => {
        const tokens = batch[name] as tf.Tensor2D;
        return tf.pad(tokens, [
          [0, 0],
          [0, width - tokens.shape[1]],
        ]);
      }),
    );
  return {
    prompts: batches.reduce((sum, { prompts }) => sum + prompts, 0),
    groupSize: batches[0]?.groupSize ?? 0,
    candidateMask: perPrompt("candidateMask"),
    promptLengths: perPrompt("promptLengths"),
    responseIds: perToken("responseIds"),
    responseMask: perToken("responseMask"),
    contentMask: perToken("contentMask"),
  };
}
