/** `evaluate`: a method's metrics of a model on data, without training. */
import { requestKey, rewards, TokenwiseError, type AnchorPolicy, type Method } from "@tokenwise/kit";
import type { BackendName } from "@tokenwise/model";
import { listParts } from "../plan/parts.ts";
import { collectRequests, reads } from "../plan/requests.ts";
import { planSamples } from "../plan/samples.ts";
import { withMeasuringSession, type MeasureOptions } from "./measuring-session.ts";
import type { StepMetrics } from "./session.ts";

export type EvaluateOptions = MeasureOptions;

export interface Evaluation {
  readonly backend: BackendName;
  readonly examples: number;
  /** Means over the examples, under the names of training. */
  readonly metrics: StepMetrics;
  /** What tells these numbers from those of the run that made the model, if anything does. */
  readonly remark?: string;
}

/**
 * Metrics of a model by a method: what `train` reports as an evaluation, with the states of parts that lie beside the model, else
 * those before training. A method with parts that see a whole step needs the run's `batchSize` for the same numbers.
 *
 * @throws TW_E_NO_REFERENCE  if the method compares with a reference and none is given.
 * @throws the coded errors of settings, data and planner.
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  return withMeasuringSession(options, async ({ session, examples, backend, parts }) => {
    if (parts === undefined) refuseUntrained(options.method);
    const { anchor } = session.plan;
    const metrics = await session.evaluate(examples);
    return { backend, examples: examples.length, metrics, ...(anchor && { remark: ofAnchor(anchor) }) };
  });
}

/** The reference that a run moved is kept in its checkpoints, not beside the model. */
const ofAnchor = ({ name }: AnchorPolicy): string =>
  `compared with the reference as it is given: the run compared with one that the anchor "${name}" moved`;

function refuseUntrained(method: Method): void {
  const trained = listParts(method).find(({ part }) => part.parameters);
  if (trained)
    throw new TokenwiseError(
      "TW_E_UNSUPPORTED",
      `${trained.id} has trained tensors, which do not lie beside the model`,
      {
        hint: "give the folder that a run left, with its parts.safetensors, or name that file as `parts`",
      },
    );
}

/** Whether a method compares with a reference: then `evaluate` needs one. */
export function readsReference(method: Method): boolean {
  if (method.anchor === "sampled") return false; // log-probs of the model itself
  const parts = listParts(method);
  const tables = [collectRequests(parts, []), ...planSamples(parts).map(({ requests }) => requests)];
  return tables.some((requests) => reads("reference", requests));
}

/** Whether a method goes by rewards of the data. */
export const readsRewards = (method: Method): boolean =>
  collectRequests(listParts(method), []).has(requestKey(rewards));
