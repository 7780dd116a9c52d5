/** Captures: what is looked at inside of a forward pass. */
import { meanLogits, type ActivationType, type Request, type Role } from "@tokenwise/kit";

interface CaptureOptions {
  readonly model: Role;
  readonly layers: "all" | readonly number[];
  readonly types: readonly ActivationType[];
  readonly of: "values" | "sigmoid";
}

/** Of a capture; each has those of its name. */
export const captureOptions = ({ options }: Request): CaptureOptions => options as unknown as CaptureOptions;

export const isActivations = ({ kind, name }: Request): boolean => kind === "capture" && name === "activations";

/** Whether a forward pass of the trainer serves a capture. */
export const isServed = (capture: Request): boolean => capture.name === "hidden-states" || isActivations(capture);

/** The reductions over the vocabulary that a request is made of. */
export function reductionsBehind(request: Request): readonly Request[] {
  if (!isActivations(request)) return [];
  const { model, types, of } = captureOptions(request);
  return types.includes("logits") ? [meanLogits({ model, of })] : [];
}
