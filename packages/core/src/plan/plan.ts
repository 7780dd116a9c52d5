/** The planner: what a method needs of models and data, and everything that can be refused before step 1. */
import {
  constantBeta,
  requestKey,
  tokenLogProb,
  TokenwiseError,
  type AnchorPolicy,
  type Method,
  type Request,
  type VocabularyRequest,
} from "@tokenwise/kit";
import { checkMethod } from "./check.ts";
import { checkSource } from "./check-source.ts";
import { refuseOtherTensorflow } from "../registry/copies.ts";
import type { DatasetFeatures } from "./dataset.ts";
import { listParts, type PlannedPart } from "./parts.ts";
import type { Settings } from "../loop/settings.ts";
import { collectRequests, declared, reads, type RequestTable } from "./requests.ts";
import { planSamples, type PlannedSample } from "./samples.ts";
import { measuresOf, type Measures } from "../step/full-metrics.ts";

export interface Plan {
  readonly method: Method;
  readonly groupSize: number;
  readonly parts: readonly PlannedPart[];
  readonly requests: RequestTable;
  /** The reductions of the one vocabulary pass; reference log-probs that come from the cache are not among them. */
  readonly vocabulary: readonly VocabularyRequest[];
  /** Responses that are drawn from the policy before a step. */
  readonly samples: readonly PlannedSample[];
  /**
   * "cached": only its token log-probs are needed and it never moves, so that they are computed once. "sampled": they are those of the
   * policy that sampled the step.
   */
  readonly reference: "unused" | "cached" | "live" | "sampled";
  readonly anchor: AnchorPolicy | undefined;
  /** With `metrics: "full"`: what is measured over the vocabulary for the metrics alone. */
  readonly measures: Measures | undefined;
  /** Some part is called once per optimizer step, so that a step gathers before it goes backward. */
  readonly coupled: boolean;
}

const referenceLogProb = requestKey(tokenLogProb("reference"));

/** Where states are kept by part, that of the anchor policy; no part can have this name: parts are numbered with "#". */
export const anchorId = "#anchor";

/** For the metrics: `logps/*` are logged for every method. */
const always = [tokenLogProb("policy")] as const;

/**
 * @throws TW_E_TENSORFLOW_COPY  if another copy of TensorFlow.js has replaced the operations of this one.
 * @throws the errors of `checkMethod` and `collectRequests`.
 */
export function planMethod(
  method: Method,
  data: DatasetFeatures,
  { cacheReference = true, metrics = "standard" }: Partial<Pick<Settings, "cacheReference" | "metrics">> = {},
): Plan {
  refuseOtherTensorflow();
  const parts = listParts(method);
  const anchor = method.anchor === "sampled" ? undefined : method.anchor;
  const served = [...always, ...declared(anchor?.needs)];
  const asked = collectRequests(parts, served);
  const samples = planSamples(parts);
  checkMethod(method, parts, asked, samples, data);
  const scoresSamples = samples.some((sample) => reads("reference", sample.requests));
  const isRead = reads("reference", asked) || scoresSamples;
  if (anchor && !isRead)
    throw new TokenwiseError(
      "TW_E_UNUSED_REFERENCE",
      `the anchor "${anchor.name}" moves a reference that nothing reads`,
      {
        hint: "leave the anchor out",
      },
    );
  const measures = metrics === "full" ? measuresOf(asked, isRead) : undefined;
  const requests = measures ? collectRequests(parts, [...served, ...Object.values(measures)]) : asked;
  const readsReference = [...requests].filter(([, { models }]) => models.includes("reference"));
  const logProbsAlone = !scoresSamples && readsReference.every(([key]) => key === referenceLogProb);
  checkSource(method, asked, { isRead, logProbsAlone });
  const cacheable = anchor === undefined && method.source === undefined && logProbsAlone && cacheReference;
  const known = method.anchor === "sampled" ? "sampled" : cacheable ? "cached" : "live";
  const use = isRead ? known : "unused";
  const vocabulary = [...requests].flatMap(([key, request]) =>
    request.kind === "vocabulary" && (use === "live" || key !== referenceLogProb) ? [request] : [],
  );
  return {
    method,
    groupSize: data.groupSize,
    parts,
    requests,
    vocabulary,
    samples,
    reference: use,
    anchor,
    measures,
    coupled: parts.some(({ coupled }) => coupled),
  };
}

/** A plan that serves requests and nothing else. */
export function planRequests(requests: readonly Request[], groupSize: number): Plan {
  const table = collectRequests([], requests);
  return {
    method: { beta: constantBeta(), objectives: [] },
    groupSize,
    parts: [],
    requests: table,
    vocabulary: [...table.values()].filter((request) => request.kind === "vocabulary"),
    samples: [],
    reference: reads("reference", table) ? "live" : "unused",
    anchor: undefined,
    measures: undefined,
    coupled: false,
  };
}

/** A part of this method with its place and identity. */
export function plannedPart(plan: Plan, part: PlannedPart["part"]): PlannedPart {
  const planned = plan.parts.find((candidate) => candidate.part === part);
  if (!planned) throw new Error(`part "${part.name}" is not in the plan`);
  return planned;
}
