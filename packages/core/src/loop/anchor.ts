import { tf, TokenwiseError } from "@tokenwise/kit";
import type { CausalModel } from "@tokenwise/model";

/**
 * reference ← keep·reference + (1 − keep)·policy, tensor by tensor.
 *
 * @throws TW_E_ANCHOR  if `keep` is not in [0, 1].
 */
export function moveAnchor(reference: CausalModel, policy: CausalModel, keep: number): void {
  if (!(keep >= 0 && keep <= 1))
    throw new TokenwiseError("TW_E_ANCHOR", `the anchor policy keeps ${keep} of the reference`, {
      hint: "keep is a share: 1 leaves the reference as it is, 0 copies the policy",
    });
  if (keep === 1) return;
  for (const [name, variable] of reference.parameters) {
    const current = policy.parameters.get(name)!;
    tf.tidy(() => variable.assign(tf.add(tf.mul(variable, keep), tf.mul(current, 1 - keep))));
  }
}
