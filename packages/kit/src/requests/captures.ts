/** Requests for what lies inside a forward pass. */
import type { Axes, PerCandidate, PerToken } from "../contract/axes.ts";
import { TokenwiseError } from "../errors.ts";
import { tf } from "../tensorflow.ts";
import type { CaptureRequest, InputGradientRequest, Role } from "./request.ts";
import { vocabulary } from "./vocabulary.ts";

/** Which of the L + 1 hidden states: 0 is the embedding, l the output of block l; the last one is after the final norm; −1 is the last, −2 the one before. */
export interface HiddenStateOptions {
  readonly layers: "all" | readonly number[];
}
/** Hidden states at the positions that predict response tokens: [L, B, T, D], where L counts those asked for; a constant unless the model is the policy. */
export const hiddenStates = (model: Role, options: HiddenStateOptions): CaptureRequest<Axes<"L,B,T,D">> => ({
  kind: "capture",
  name: "hidden-states",
  options: { model, ...options },
  models: [model],
});

/** Where activations are taken; the readme lists the tensors of each type. */
export const activationTypes = ["mlp", "attention", "residual", "logits"] as const;
export type ActivationType = (typeof activationTypes)[number];

export interface ActivationOptions<Type extends ActivationType> {
  /** Each once. */
  readonly types: readonly Type[];
  /** Means of the values, the default, or of their sigmoids. */
  readonly of?: "values" | "sigmoid";
}

/**
 * Means over the width of every tensor captured under each type, at the positions that predict response tokens: [K, B, T] per type, constants.
 *
 * @throws TW_E_UNSUPPORTED  for a type that there is not, none, or one twice.
 */
export const activations = <const Type extends ActivationType>(
  model: Role,
  { types, of = "values" }: ActivationOptions<Type>,
): CaptureRequest<Readonly<Record<Type, Axes<"K,B,T">>>> => {
  const wrong = types.find((type, index) => !activationTypes.includes(type) || types.indexOf(type) !== index);
  if (wrong !== undefined || types.length === 0)
    throw new TokenwiseError("TW_E_UNSUPPORTED", `activations of the types ${types.join(", ") || "none"}`, {
      hint: `each once, of ${activationTypes.join(", ")}`,
    });
  return { kind: "capture", name: "activations", options: { model, types, of }, models: [model] };
};

/** Means over the vocabulary of a model's logits, or of their sigmoids, [B, T], constants: what `activations` of the type logits is made of. */
export const meanLogits = vocabulary<{ readonly model: Role; readonly of: "values" | "sigmoid" }>("mean-logits", {
  models: ({ model }) => [model],
  gradient: false,
  reduce(rows, { model, of }) {
    const logits = rows.logits(model);
    return tf.mean(of === "sigmoid" ? tf.sigmoid(logits) : logits, 1);
  },
});

export interface AttentionOptions {
  /**
   * An integer counts layers from 0, or from the end if it is negative; a number between 0 and 1 is a share f of the depth: of L layers, layer
   * round(f·L) − 1. "rollout": the last row of the product of (½ A + ½ I) over all layers.
   */
  readonly layer: number | "rollout";
  readonly query: "last";
  readonly heads: "mean";
}
/** The attention that a prompt's last token pays to each token of the prompt [S], of sum 1; for annotators. Never an S×S map. */
export const attention = (model: Role, options: AttentionOptions): CaptureRequest<Axes<"S">> => ({
  kind: "capture",
  name: "attention",
  options: { model, ...options },
  models: [model],
});

/**
 * How much each token moves what the policy would say after the response, by candidate, as a constant:
 *
 *   ‖∂ max_v logit_v(after the last token) / ∂ (input embedding of the token)‖
 *
 * `response` [B, T] has it for response tokens, 0 in padding; `sequenceTotal` [P, G] its sum over prompt and response. Both are 0 where a
 * candidate is missing.
 */
export const inputGradient = (options: {
  readonly norm: "l1" | "l2";
}): InputGradientRequest<{ readonly response: PerToken; readonly sequenceTotal: PerCandidate }> => ({
  kind: "input-gradient",
  name: "input-gradient",
  options,
  models: ["policy"],
});
