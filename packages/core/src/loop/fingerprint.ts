/** What a checkpoint belongs to: resuming under anything else would not continue the run. */
import { createHash } from "node:crypto";
import type { PreferenceExample } from "@tokenwise/data";
import { requestKey, stableJson, type GroupSource } from "@tokenwise/kit";
import { modelDigest, numerics, type CausalModel } from "@tokenwise/model";
import type { Plan } from "../plan/plan.ts";
import type { PlannedSample } from "../plan/samples.ts";
import type { Settings } from "./settings.ts";

export interface Fingerprint {
  readonly settings: string;
  readonly method: string;
  readonly data: string;
  readonly model: string;
  /** Of a reference that is not the model as it was before training. */
  readonly reference: string;
  /** Of the file whose tensors the method's parts begin with. */
  readonly parts: string;
  readonly backend: string;
}

/** Settings that may change between a run and its continuation: they change no number of a step. */
const free: ReadonlySet<string> = new Set([
  "microBatchTokens",
  "vocabularyRows",
  "recompute",
  "evaluateEvery",
  "checkpointEvery",
  "keepCheckpoints",
  "samplePrompts",
  "sampleTokens",
  "inspectGroups",
]);

export function fingerprint({
  settings,
  plan,
  examples,
  policy,
  reference,
  parts,
}: {
  readonly settings: Settings;
  readonly plan: Plan;
  readonly examples: readonly PreferenceExample[];
  readonly policy: CausalModel;
  readonly reference: CausalModel | undefined;
  readonly parts: string;
}): Fingerprint {
  const bound = Object.entries(settings).filter(([name]) => !free.has(name));
  return {
    settings: stableJson(Object.fromEntries(bound)),
    method: stableJson(describeMethod(plan)),
    data: dataDigest(examples),
    model: modelDigest(policy),
    reference: reference ? modelDigest(reference) : "",
    parts,
    backend: numerics(),
  };
}

/** Where it comes from, its parts with their options, and what they read. */
export function describeMethod(plan: Plan) {
  return {
    origin: plan.method.origin ?? null,
    parts: plan.parts.map(({ id, slot, part }) => ({ id, slot, options: part.options ?? null })),
    requests: [...plan.requests.values()].map(requestKey),
    ...(plan.samples.length > 0 && { samples: plan.samples.map(describeSample) }),
    weights: plan.method.objectives.map(({ weight = 1 }) => weight),
    auxiliaries: (plan.method.auxiliaries ?? []).map(({ weight }) => weight),
    ...(plan.method.source && { source: sourceOf(plan.method.source) }),
    anchor: anchorOf(plan),
  };
}

const describeSample = ({ id, generate, requests }: PlannedSample) => ({
  id,
  generate: { ...generate },
  requests: [...requests.keys()],
});

function dataDigest(examples: readonly PreferenceExample[]): string {
  const digest = createHash("sha256");
  for (const { prompt, candidates, rewards, columns } of examples) {
    digest.update(Int32Array.of(prompt.length, candidates.length)).update(prompt);
    for (const candidate of candidates)
      digest.update(Int32Array.of(candidate?.ids.length ?? -1, candidate?.content ?? -1)).update(candidate?.ids ?? "");
    digest.update(JSON.stringify(rewards ?? null));
    for (const [name, arrays] of Object.entries(columns ?? {}))
      arrays.forEach((values) => digest.update(name).update(values));
  }
  return digest.digest("hex");
}

const sourceOf = ({ name, options = null, groupSize }: GroupSource) => ({ name, options: { groupSize, of: options } });

function anchorOf({ anchor, method }: Plan) {
  if (method.anchor === "sampled") return { name: "sampled", options: null };
  return anchor ? { name: anchor.name, options: anchor.options ?? null } : null;
}
