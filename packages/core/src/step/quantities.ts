/** Serves every request of the plan for a micro-batch: one forward pass per model, one pass over the vocabulary. */
import { callReduce, guardCall, noGrad, requestKey, tf, tokenLogProb, type Request, type Role } from "@tokenwise/kit";
import { vocabularyPass, type CausalModel } from "@tokenwise/model";
import { isActivations } from "../plan/captures.ts";
import type { Plan } from "../plan/plan.ts";
import { needsForward, reads, type RequestTable } from "../plan/requests.ts";
import type { MicroBatch } from "./assemble.ts";
import { attentionAsked, promptRows } from "./attention-values.ts";
import { attribute, attributionTensors, type Attributions } from "./attributions.ts";
import { activationsOf, planCaptures } from "./captures.ts";
import { dataValue } from "./data-values.ts";
import { gatherRows } from "./gather-rows.ts";
import type { Runtime } from "./runtime.ts";

/** Values by request key. */
export type Quantities = ReadonlyMap<string, unknown>;

/** What quantities are computed under. */
interface Computing extends Pick<Runtime, "recompute" | "vocabularyRows" | "referenceLogProbs"> {
  readonly plan: Pick<Plan, "requests" | "vocabulary">;
}
type Pass = ReturnType<typeof forward>;

/** All requests; what concerns the policy is on the tape if one is open. Attributions are from before it was. */
export function computeQuantities(
  computing: Computing & Pick<Runtime, "policy" | "reference">,
  micro: MicroBatch,
  attributions: Attributions,
): Quantities {
  const { policy, plan } = computing;
  const reference = reads("reference", plan.requests) ? computing.reference : undefined;
  return serve(computing, micro, attributions, (pass) => ({
    policy: pass("policy", policy),
    ...(reference ? { reference: noGrad(() => pass("reference", reference)) } : {}),
  }));
}

/** All requests, of models in whatever roles, as constants. */
export const constantQuantities = (
  computing: Computing,
  models: Readonly<Record<string, CausalModel>>,
  micro: MicroBatch,
): Quantities =>
  noGrad(() => {
    const attributions = attribute(computing.plan.requests, models.policy, micro.examples, computing);
    return serve(computing, micro, attributions, (pass) =>
      Object.fromEntries(Object.entries(models).map(([role, model]) => [role, pass(role, model)])),
    );
  });

function serve(
  computing: Computing,
  micro: MicroBatch,
  attributions: Attributions,
  passes: (pass: (role: Role, model: CausalModel) => Pass) => Readonly<Record<string, Pass>>,
): Quantities {
  const values = new Map<string, unknown>(attributionTensors(attributions, micro.batch));
  const { plan, vocabularyRows, referenceLogProbs } = computing;
  const models = passes((role, model) => forward(role, model, computing, micro, values));
  const { vocabulary } = plan;
  const reductions =
    vocabulary.length === 0
      ? []
      : vocabularyPass({
          models,
          ids: micro.predictedIds,
          reductions: vocabulary.map((request) => ({
            gradient: request.define.gradient && request.models.includes("policy"),
            reduce: (rows) => callReduce(request, rows),
            closedForm: request.define.closedForm?.(request.options as never),
          })),
          ...(vocabularyRows === undefined ? {} : { chunkRows: vocabularyRows }),
        });
  vocabulary.forEach((request, index) => {
    values.set(requestKey(request), alignTokens(reductions[index] as tf.Tensor, micro));
  });
  if (referenceLogProbs) {
    const width = micro.batch.responseMask.shape[1]!;
    values.set(requestKey(tokenLogProb("reference")), referenceLogProbs.tensor(micro.examples, width));
  }
  compute(plan.requests, micro, values);
  return values;
}

/** The requests that data alone can serve: known before any forward pass. */
export function dataQuantities(requests: RequestTable, micro: MicroBatch): Quantities {
  const values = new Map<string, unknown>();
  compute(new Map([...requests].filter(([, request]) => !needsForward(request))), micro, values);
  return values;
}

/** Data, derived quantities and activations; the table lists what a quantity is computed from before the quantity. */
function compute(requests: RequestTable, micro: MicroBatch, values: Map<string, unknown>): void {
  for (const [key, request] of requests) {
    if (isActivations(request)) values.set(key, activationsOf(request, values));
    if (request.kind === "data") values.set(key, dataValue(request, micro));
    if (request.kind === "derived") {
      const read = Object.entries(request.needs).map(([name, need]) => [name, valueOf(need, values)]);
      const view = { batch: micro.batch, read: Object.fromEntries(read) as never };
      values.set(
        key,
        guardCall(`the derived request "${request.name}"`, () => request.compute(view)),
      );
    }
  }
}

export const valueOf = (request: Request | undefined, values: Quantities): unknown =>
  request && values.get(requestKey(request));

/** One forward pass: what the vocabulary pass reads, and what is captured into `values`. */
function forward(
  role: Role,
  model: CausalModel,
  { plan, recompute }: Computing,
  micro: MicroBatch,
  values: Map<string, unknown>,
) {
  const captures = planCaptures(plan.requests, role);
  const attended = attentionAsked(plan.requests, role);
  const result = model.forward(micro.stream, {
    recompute,
    ...captures.options,
    ...(attended.length > 0 ? { attention: attended.map(({ layer }) => layer) } : {}),
  });
  attended.forEach(({ key }, index) => values.set(key, promptRows(result.attention![index]!)));
  captures.store(result, values, (x) => alignTokens(gatherRows(x, micro.predicting), micro));
  return { hidden: gatherRows(result.hidden, micro.predicting), unembedding: model.unembedding };
}

/** [R, …] → [B, T, …] */
function alignTokens(x: tf.Tensor, { aligned, batch }: MicroBatch): tf.Tensor {
  return tf.reshape(gatherRows(x, aligned), [...batch.responseMask.shape, ...x.shape.slice(1)]);
}
