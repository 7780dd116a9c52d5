/** What the planner refuses. */
import { requestKey, TokenwiseError, type Method, type Request } from "@tokenwise/kit";
import type { DatasetFeatures } from "./dataset.ts";
import { offTape, type PlannedPart } from "./parts.ts";
import { declared, needsForward, type RequestTable } from "./requests.ts";
import { checkSample } from "./check-sample.ts";
import type { PlannedSample } from "./samples.ts";
import { isServed } from "./captures.ts";
import { refuseOtherModels, servedRequests, unsupported } from "./refusals.ts";

/**
 * @throws TW_E_EMPTY_METHOD          if nothing is minimized.
 * @throws TW_E_UNPAIRED              if responses are to be compared, and every prompt has one.
 * @throws TW_E_UNSUPPORTED           if the trainer has no such capture.
 * @throws TW_E_UNKNOWN_MODEL         if a request reads a model that is neither policy nor reference.
 * @throws the errors of `checkSample`
 * @throws TW_E_NEEDS_PAIRS, TW_E_NEEDS_GROUPS, TW_E_NO_REWARDS, TW_E_NO_COLUMN  if the data cannot serve it.
 * @throws TW_E_TARGETS               if targets are soft and a part needs hard ones.
 * @throws TW_E_COUPLED_NEEDS, TW_E_OFF_TAPE_PARAMETERS, TW_E_LATE_TARGETS  if a part cannot work in its place.
 */
export function checkMethod(
  method: Method,
  parts: readonly PlannedPart[],
  requests: RequestTable,
  samples: readonly PlannedSample[],
  data: DatasetFeatures,
): void {
  if (method.objectives.length === 0 && (method.auxiliaries ?? []).length === 0)
    throw new TokenwiseError("TW_E_EMPTY_METHOD", "the method has neither an objective nor an auxiliary loss", {
      hint: "compose({ beta, scorer, loss }) makes a method",
    });
  if (method.objectives.length > 0 && data.groupSize === 1 && !method.source)
    throw new TokenwiseError(
      "TW_E_UNPAIRED",
      `${method.objectives[0]!.loss.name} compares responses to one prompt, the data have one response for each`,
      {
        hint: "give chosen and rejected, or candidates, in every row; on single responses only supervised training is possible: sft",
      },
    );
  for (const planned of parts) checkPart(planned, method, data);
  for (const request of requests.values()) checkRequest(request, parts, data);
  for (const sample of samples) checkSample(sample);
  checkTargets(method);
  refuseSoftTargets(method, parts);
}

function checkPart({ id, slot, part, coupled }: PlannedPart, method: Method, data: DatasetFeatures): void {
  if (slot === "auxiliary" && part.state)
    throw unsupported(`${id}: state of an auxiliary loss`, "keep the state in another part");
  if (part.requires?.group === "pair" && !data.pairs)
    throw new TokenwiseError(
      "TW_E_NEEDS_PAIRS",
      `${id} needs pairs, ${method.source ? `the source "${method.source.name}" gives` : "the data have"} ${data.groupSize} candidates a prompt${data.groupSize === 2 ? ", some missing" : ""}`,
      {
        hint: `${slot === "loss" ? "use a listwise loss" : "use another part in its place"}, or ${method.source ? "a source with groupSize 2" : "give a chosen and a rejected response in every row"}`,
      },
    );
  if (part.requires?.group === "several" && data.groupSize < 2)
    throw new TokenwiseError(
      "TW_E_NEEDS_GROUPS",
      `${id} compares the candidates of a prompt, the data have ${data.groupSize} a prompt`,
      { hint: "give at least two candidates in every row" },
    );
  if (part.parameters && (offTape.has(slot) || coupled))
    throw new TokenwiseError(
      "TW_E_OFF_TAPE_PARAMETERS",
      `${id} is evaluated without a gradient, so its parameters would never learn`,
      { hint: "trainable parameters belong to weighters, scorers, auxiliary losses and losses of one micro-batch" },
    );
  if (coupled) {
    const wrong = declared(part.needs).find((need) => !("axes" in need) || need.axes === "B,T");
    if (wrong)
      throw new TokenwiseError(
        "TW_E_COUPLED_NEEDS",
        `${id} is called once with the whole step and cannot read "${wrong.name}" per token`,
        { hint: "read sequenceSum(…) or a derived quantity with axes P,G or P" },
      );
  }
}

function checkRequest(request: Request, parts: readonly PlannedPart[], data: DatasetFeatures): void {
  refuseOtherModels(request);
  if (request.kind === "capture" && !isServed(request))
    throw unsupported(`the request "${request.name}"`, servedRequests);
  if (request.kind !== "data") return;
  if (request.name === "rewards" && !data.rewards)
    throw new TokenwiseError(
      "TW_E_NO_REWARDS",
      `${readers(request, parts)} needs rewards, the data have none in some row`,
      {
        hint: "give chosen_reward and rejected_reward, or rewards, in every row; columns of other names are named under read.columns",
      },
    );
  const column = request.name === "column" ? (request.options as { readonly name: string }).name : undefined;
  if (column !== undefined && !data.columns.has(column))
    throw new TokenwiseError("TW_E_NO_COLUMN", `${readers(request, parts)} needs the column "${column}" in every row`, {
      hint: parts.some(({ part }) => part.annotators?.some(({ columns }) => columns.includes(column)))
        ? "annotate({ model, data, method }) computes it, and gives the examples to train on"
        : `columns that every row has: ${[...data.columns].join(", ") || "none"}`,
    });
}

/** Counts of auxiliary losses are known before any forward pass, so the targets must be. */
function checkTargets({ targets, auxiliaries = [] }: Method): void {
  const late = declared(targets?.needs).find(needsForward);
  if (targets && late && auxiliaries.length > 0)
    throw new TokenwiseError(
      "TW_E_LATE_TARGETS",
      `targets of "${targets.name}" read "${late.name}", but auxiliary losses count before any forward pass`,
      { hint: "compute the targets from data, or leave the auxiliary loss out" },
    );
}

function refuseSoftTargets({ targets }: Method, parts: readonly PlannedPart[]): void {
  const demanding = parts.find(({ part }) => part.requires?.targets === "hard");
  if (targets?.soft === true && demanding)
    throw new TokenwiseError("TW_E_TARGETS", `${demanding.id} needs hard targets, "${targets.name}" gives soft ones`, {
      hint: "use a listwise loss, or targets that prefer one candidate",
    });
}

function readers(request: Request, parts: readonly PlannedPart[]): string {
  const key = requestKey(request);
  const reads = (need: Request): boolean =>
    requestKey(need) === key || (need.kind === "derived" && declared(need.needs).some(reads));
  return parts
    .filter(({ part }) => declared(part.needs).some(reads))
    .map(({ id }) => id)
    .join(", ");
}
