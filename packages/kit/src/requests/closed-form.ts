import type { Role } from "./request.ts";

/**
 * A reduction that engines know. With p = softmax f and q = softmax g of the logits of two models, and y the token that follows:
 *
 *   log-prob         log p(y)
 *   entropy          −Σ p log p
 *   log-sum-squares  log Σ p²
 *   divergence       KL(p ‖ q)
 *   tilted-log-prob  log softmax(f + a (f − g))[y]
 *
 * In nats; `of` names the model of f, `against` that of g.
 */
export type ClosedForm =
  | { readonly form: "log-prob" | "entropy" | "log-sum-squares"; readonly of: Role }
  | { readonly form: "divergence"; readonly of: Role; readonly against: Role }
  | { readonly form: "tilted-log-prob"; readonly of: Role; readonly against: Role; readonly tilt: number };
