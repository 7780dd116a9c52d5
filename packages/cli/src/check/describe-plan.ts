/** What a method will make the trainer do, as rows of text. */
import type { Plan } from "@tokenwise/core";
import type { Request } from "@tokenwise/kit";

const references = {
  unused: "not read",
  cached: "its token log-probs are computed once, then it is dropped",
  live: "runs in every step",
  sampled: "the policy's own token log-probs when it sampled the step",
} as const;

/** Label and text: the parts in the order in which a step calls them, what they read, and what that costs. */
export function describePlan({
  parts,
  requests,
  samples,
  reference,
  anchor,
  coupled,
}: Plan): readonly (readonly string[])[] {
  const reads = [...new Set([...requests.values()].map(describeRequest))];
  const trained = parts.filter(({ part }) => part.parameters).map(({ id }) => id);
  const states = parts.filter(({ part }) => part.state).map(({ id }) => id);
  return [
    ["parts", parts.map(({ id, slot }) => `${slot} ${id}`).join(", ")],
    ["reads", reads.join(", ")],
    ...(attributes(requests) ? [["attribution", "one more forward and backward pass over every candidate"]] : []),
    ...(samples.length > 0 ? [["samples", samples.map(describeSample).join(", ")]] : []),
    ["reference", references[reference] + (anchor ? `; the anchor ${anchor.name} moves it` : "")],
    ...(trained.length > 0 ? [["trains", trained.join(", ")]] : []),
    ...(states.length > 0 ? [["state", `of ${states.join(", ")}, kept in checkpoints`]] : []),
    ...(coupled ? [["coupled", "every step runs forward twice: some part sees the whole step"]] : []),
  ];
}

const attributes = (requests: Plan["requests"]): boolean =>
  [...requests.values()].some(({ kind }) => kind === "input-gradient");

/** `triplet/anchor, up to 64 tokens a row, drawn in every step`. */
function describeSample({ id, generate: { maxNewTokens, every = 1 } }: Plan["samples"][number]): string {
  return `${id}, up to ${maxNewTokens} tokens a row, drawn ${every === 1 ? "in every step" : `anew after ${every} steps`}`;
}

/** `token-log-prob of policy`, `sequence-sum of log-ratio`, `column "w"`. */
function describeRequest(request: Request): string {
  const { kind, name, models, options } = request;
  if (kind === "data" && name === "column") return `column "${(options as { readonly name: string }).name}"`;
  const needs = kind === "derived" ? Object.values(request.needs).flatMap((need) => need?.name ?? []) : [];
  const from = needs.length === 1 ? needs : models;
  return from.length > 0 ? `${name} of ${from.join(" and ")}` : name;
}
