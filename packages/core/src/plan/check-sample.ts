/** What the planner refuses of samples. */
import { placing, TokenwiseError } from "@tokenwise/kit";
import { checkGenerationOptions } from "@tokenwise/model";
import { isServed } from "./captures.ts";
import { refuseOtherModels, servedRequests, unsupported } from "./refusals.ts";
import type { PlannedSample } from "./samples.ts";

/**
 * @throws TW_E_UNSUPPORTED         if its part does not see micro-batches, or reads of it what only data have.
 * @throws TW_E_UNKNOWN_MODEL       if a request reads a model that is neither policy nor reference.
 * @throws TW_E_GENERATION_OPTIONS  for options that generation refuses, or to be drawn anew after no whole number of steps.
 */
export function checkSample({
  id,
  planned: { slot, coupled },
  generate: { every = 1, ...spec },
  requests,
}: PlannedSample): void {
  if (coupled || slot === "targets")
    throw unsupported(
      `${id}: samples of a part that is called ${coupled ? "once with the whole step" : "for targets"}`,
      "declare them in a weighter, scorer or auxiliary loss",
    );
  if (!Number.isInteger(every) || every < 1)
    throw new TokenwiseError("TW_E_GENERATION_OPTIONS", `${id}: drawn anew every ${every} steps`, {
      hint: "every is a whole number of steps, from 1",
    });
  placing(`the sample ${id}`, () => checkGenerationOptions({ ...spec, seed: 0 }));
  for (const request of requests.values()) {
    refuseOtherModels(request);
    if (request.kind === "data")
      throw unsupported(`${id}: "${request.name}" of a sample`, "samples have no rewards and no columns");
    if (request.kind === "capture" && !isServed(request))
      throw unsupported(`${id}: the request "${request.name}"`, servedRequests);
  }
}
