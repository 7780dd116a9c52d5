/**
 * Axes of the tensors that parts see. B = P·G rows (row = prompt·G + candidate), P prompts, G candidates a prompt,
 * T response tokens (right-padded), V vocabulary, L layers, D width, K captured tensors, S sequence positions.
 */
import { TokenwiseError } from "../errors.ts";
import type { tf } from "../tensorflow.ts";

declare const axes: unique symbol;

/** A soft brand: what TensorFlow.js returns is accepted (its shape is checked when it is handed over), another brand is not. */
export type Axes<Names extends string> = tf.Tensor & { readonly [axes]?: Names };

/** One value per response token: [B, T]. */
export type PerToken = Axes<"B,T">;
/** One value per candidate response: [P, G]. */
export type PerCandidate = Axes<"P,G">;
/** One value per prompt: [P]. */
export type PerPrompt = Axes<"P">;

/** The three standard shapes by name. */
export interface AxisTypes {
  readonly "B,T": PerToken;
  readonly "P,G": PerCandidate;
  readonly P: PerPrompt;
}
export type Axis = keyof AxisTypes;

/**
 * Returns `tensor` if it has exactly the expected shape.
 *
 * @param what  Who hands over what, for the message: `scorer "implicit-reward": score`.
 * @throws TW_E_SHAPE
 */
export function expectShape<T extends tf.Tensor>(tensor: T, shape: readonly number[], what: string): T {
  const same = tensor.shape.length === shape.length && tensor.shape.every((size, axis) => size === shape[axis]);
  if (same) return tensor;
  throw new TokenwiseError(
    "TW_E_SHAPE",
    `${what} has shape [${tensor.shape.join(", ")}], expected [${shape.join(", ")}]`,
    {
      hint: "rows are prompt·groupSize + candidate; tokens are response tokens only",
    },
  );
}
