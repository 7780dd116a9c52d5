/** Attention of the last token of prompts, among the quantities of a micro-batch. */
import { tf, type AttentionOptions, type Request, type Role } from "@tokenwise/kit";
import type { RequestTable } from "../plan/requests.ts";

/** Whether a request has one value per token of the prompt: [P, S]. */
export const isPerPromptToken = (request: Request | undefined): boolean =>
  request?.kind === "capture" && request.name === "attention";

export const attentionAsked = (requests: RequestTable, role: Role) =>
  [...requests]
    .filter(([, request]) => isPerPromptToken(request) && request.models.includes(role))
    .map(([key, { options }]) => ({ key, layer: (options as unknown as AttentionOptions).layer }));

/** One row a prompt, zero beyond its tokens: [P, S]. */
export function promptRows(rows: readonly tf.Tensor1D[]): tf.Tensor2D {
  const longest = Math.max(...rows.map(({ size }) => size));
  return tf.stack(rows.map((row) => tf.pad1d(row, [0, longest - row.size]))) as tf.Tensor2D;
}
