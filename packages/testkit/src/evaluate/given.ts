import { requestKey, tf, tokenLogProb, type PreferenceBatch, type Request, type Role } from "@tokenwise/kit";

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

/** What the policy gave and gradients are taken of: its logits, or its token log-probs where those are given instead. */
export interface PolicyOutput {
  readonly tensor: tf.Tensor;
  replaced(by: tf.Tensor): Given;
}

export function policyOutput(given: Given): PolicyOutput {
  const { logits, values = [] } = given;
  if (logits?.policy)
    return { tensor: logits.policy, replaced: (policy) => ({ ...given, logits: { ...logits, policy } }) };
  const key = requestKey(tokenLogProb("policy"));
  const at = values.findIndex(([request]) => requestKey(request) === key);
  const entry = values[at];
  if (!entry) throw new Error("the table has neither logits nor token log-probs of the policy");
  return {
    tensor: entry[1] as tf.Tensor,
    replaced: (logProbs) => ({ ...given, values: values.with(at, [entry[0], logProbs]) }),
  };
}

/** One batch of all prompts. What is per token is padded to the longest response of all. */
export function concatBatches(batches: readonly PreferenceBatch[]): PreferenceBatch {
  const width = Math.max(...batches.map(({ responseMask }) => responseMask.shape[1] ?? 0));
  const perPrompt = (tensors: readonly tf.Tensor[]) => tf.concat([...tensors]);
  const perToken = (tensors: readonly tf.Tensor[]) =>
    tf.concat(
      tensors.map((tensor) => {
        const missing = width - (tensor.shape[1] ?? 0);
        return tf.pad(tensor, [
          [0, 0],
          [0, missing],
        ]);
      }),
    );
  return {
    prompts: batches.reduce((sum, { prompts }) => sum + prompts, 0),
    groupSize: batches[0]?.groupSize ?? 0,
    places: batches.flatMap(({ places }) => places),
    candidateMask: perPrompt(batches.map((batch) => batch.candidateMask)),
    promptLengths: perPrompt(batches.map((batch) => batch.promptLengths)),
    responseIds: perToken(batches.map((batch) => batch.responseIds)),
    responseMask: perToken(batches.map((batch) => batch.responseMask)),
    contentMask: perToken(batches.map((batch) => batch.contentMask)),
  };
}
