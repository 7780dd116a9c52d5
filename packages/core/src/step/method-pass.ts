/** One micro-batch through the method: weigh → score → control β → loss. */
import {
  callObserve,
  callTensor,
  expectShape,
  noGrad,
  partTitle,
  requestKey,
  sumTokens,
  tf,
  tokenLogProb,
  TokenwiseError,
  type PerCandidate,
  type PerPrompt,
  type PerToken,
  type PreferenceLoss,
} from "@tokenwise/kit";
import { placeOf } from "../plan/dataset.ts";
import { anchorId, plannedPart } from "../plan/plan.ts";
import type { MicroBatch } from "./assemble.ts";
import { control, emphasize, lose, score, weigh, type Call } from "./call-parts.ts";
import { firstNotFinite, type Made } from "./first-not-finite.ts";
import { logFullMetrics } from "./full-metrics.ts";
import { logPreferences } from "./preference-metrics.ts";
import { readOf, viewOf } from "./view.ts";

/** What is divided by: sums over the whole step, known before any forward pass. */
export interface StepTotals {
  readonly prompts: number;
  /** Σ count per auxiliary loss. */
  readonly auxiliaries: readonly number[];
}

/** What coupled parts have decided for these prompts, with the whole step before them. */
export interface Decided {
  readonly beta?: PerPrompt;
  readonly emphasis?: PerPrompt;
  /** ∂L/∂score [P, G] by objective, for losses that are coupled. */
  readonly scoreGradients: ReadonlyMap<number, PerCandidate>;
}

export const nothingDecided: Decided = { scoreGradients: new Map() };

/**
 * The scalar whose gradient is this micro-batch's share of the step's gradient. Its value is its share of the loss,
 * except for coupled losses, which are counted where they were computed.
 *
 * @throws TW_E_NON_FINITE  if a loss is NaN or infinite, naming the rows, and the first of what it is made of that is not finite.
 */
export function methodPass(call: Call, micro: MicroBatch, totals: StepTotals, decided: Decided): tf.Scalar {
  const { method } = call.runtime.plan;
  const weights = weigh(call);
  const scored = method.objectives.map((objective) => score(objective, weights, call));
  const beta = decided.beta ?? control(method.beta, call);
  const emphasis = decided.emphasis ?? emphasize(method.emphasis, call);
  const made = { weights, scores: scored.map(({ score }) => score), beta, emphasis };
  const terms = method.objectives.map((objective, index) => {
    const { score: scores } = scored[index]!;
    const gradient = decided.scoreGradients.get(index);
    if (gradient) return tf.sum(tf.mul(gradient, scores));
    const losses: PerPrompt = tf.mul(tf.mul(objective.weight ?? 1, emphasis), lose(objective, scores, beta, call));
    countLoss(losses, { ...micro, loss: objective.loss, made }, totals, call);
    return tf.div(tf.sum(losses), totals.prompts);
  });
  method.auxiliaries?.forEach((auxiliary, index) => {
    const planned = plannedPart(call.runtime.plan, auxiliary);
    const count = totals.auxiliaries[index]!;
    const sum = `${partTitle("auxiliary", planned.id)}: sum`;
    const mean: tf.Tensor = tf.div(
      expectShape(
        callTensor(sum, "", () => auxiliary.sum(viewOf(planned, call), weights)),
        [],
        sum,
      ),
      Math.max(count, 1e-12),
    );
    const value = mean.dataSync()[0]!;
    if (!Number.isFinite(value))
      throw nonFinite(
        partTitle("auxiliary", planned.id),
        value,
        micro.examples.map(placeOf),
        firstNotFinite(call, { weights, scores: [] }),
      );
    call.tally.share(`${planned.id}/loss`, value);
    call.tally.share("loss", auxiliary.weight * value);
    terms.push(tf.mul(auxiliary.weight, mean));
  });
  noGrad(() => {
    const [first] = scored;
    const logps = sumTokens(call.quantities.get(policyLogProb) as PerToken, call.batch);
    logPreferences(call, logps, first && { beta, reward: first.reward });
    observeForAnchor(call);
    const { measures } = call.runtime.plan;
    if (measures) logFullMetrics(measures, call);
  });
  return terms.reduce((sum, term) => tf.add(sum, term)) as tf.Scalar;
}

/** What the anchor policy wants to know of the step, before the reference moves. */
function observeForAnchor({ runtime: { plan }, moment, batch, quantities, tally }: Call): void {
  const { anchor } = plan;
  if (!anchor?.observe || !moment.training) return;
  const signal = callObserve(anchor.name, () =>
    anchor.observe!({ batch, read: readOf(anchor.name, anchor.needs, quantities) }),
  );
  tally.report({ id: anchorId, part: anchor }, { signal }, batch.candidateMask);
}

const policyLogProb = requestKey(tokenLogProb("policy"));

/** Adds losses [P] to the step's loss, a mean over its prompts. */
export function countLoss(
  losses: PerPrompt,
  { examples, loss, made }: Pick<MicroBatch, "examples"> & { readonly loss: PreferenceLoss; readonly made: Made },
  totals: StepTotals,
  call: Call,
): void {
  const values = [...losses.dataSync()];
  const bad = examples.filter((_, prompt) => !Number.isFinite(values[prompt]));
  if (bad.length > 0)
    throw nonFinite(
      "the loss",
      values.find((value) => !Number.isFinite(value))!,
      bad.map(placeOf),
      firstNotFinite(call, made) ?? partTitle("loss", plannedPart(call.runtime.plan, loss).id),
    );
  call.tally.share("loss", values.reduce((sum, value) => sum + value, 0) / totals.prompts);
}

/** @param first  what was the first not to be finite, where that is known. */
export function nonFinite(what: string, value: number, places: readonly string[], first?: string): TokenwiseError {
  const from = first === undefined ? "" : `; the first that is not finite: ${first}`;
  return new TokenwiseError("TW_E_NON_FINITE", `${what} is ${value} in ${places.join(", ")}${from}`, {
    hint: "nothing was changed; look at these rows and at the sizes in the method's options, or lower the learning rate",
  });
}
