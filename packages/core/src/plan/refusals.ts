/** Refusals that several checks of the planner share. */
import { TokenwiseError, type Request } from "@tokenwise/kit";

export const servedRequests = "hidden states, activations and reductions over the vocabulary are served";

export function unsupported(what: string, hint: string): TokenwiseError {
  return new TokenwiseError("TW_E_UNSUPPORTED", `this trainer does not serve ${what}`, { hint });
}

/** @throws TW_E_UNKNOWN_MODEL  if a request reads a model that is neither policy nor reference. */
export function refuseOtherModels(request: Request): void {
  const unknown = request.models.find((model) => model !== "policy" && model !== "reference");
  if (unknown !== undefined)
    throw new TokenwiseError("TW_E_UNKNOWN_MODEL", `"${request.name}" reads the model "${unknown}"`, {
      hint: "a step has the models policy and reference; others serve annotators, which write columns",
    });
}
